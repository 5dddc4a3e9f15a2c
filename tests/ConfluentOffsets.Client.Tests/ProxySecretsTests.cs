using ConfluentOffsets.Client.Http;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class ProxySecretsTests
{
    [Theory]
    [InlineData("HTTPS_PROXY")]
    [InlineData("HTTP_PROXY")]
    [InlineData("ALL_PROXY")]
    [InlineData("https_proxy")]
    [InlineData("http_proxy")]
    [InlineData("all_proxy")]
    public void A_password_in_the_address_of_a_variable_is_a_secret(string variable) =>
        Assert.Contains("s3cret", Secrets("http://me:s3cret@proxy.example:3128", variable));

    [Theory]
    [InlineData("http://me:p%40ss%3Aw%2Fo@proxy.example:3128", "p@ss:w/o")]
    [InlineData("http://me:p%40ss%3Aw%2Fo@proxy.example:3128", "p%40ss%3Aw%2Fo")]
    [InlineData("http://me:p%40ss%3Aw%2Fo@proxy.example:3128", "me:p@ss:w/o")]
    [InlineData("me:p@ss:w/o@proxy.example", "p@ss:w/o")]
    [InlineData("socks5://me:100%25zz@proxy.example", "100%zz")]
    [InlineData("http://me:100%zz@proxy.example/path", "100%zz")]
    [InlineData(@"http://corp\me:s3cret@proxy.example", @"corp\me:s3cret")]
    [InlineData("http://corp%5Cme:s3cret@proxy.example", "me:s3cret")]
    [InlineData("http://:s3cret@proxy.example", "s3cret")]
    [InlineData("http://tok3n-of-a-proxy@proxy.example", "tok3n-of-a-proxy")]
    [InlineData("http://tok3n-of-a-proxy:@proxy.example", "tok3n-of-a-proxy:")]
    [InlineData("tok3n%2Fof-a-proxy@proxy.example", "tok3n/of-a-proxy")]
    public void It_is_known_as_it_is_written_and_as_it_is_sent(string address, string secret) =>
        Assert.Contains(secret, Secrets(address));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("://")]
    [InlineData("http://proxy.example:3128")]
    [InlineData("proxy.example:3128")]
    [InlineData("http://me@proxy.example:3128")]
    [InlineData("http://me:@proxy.example:3128")]
    public void Without_a_password_there_is_none(string? address) => Assert.Empty(Secrets(address));

    [Fact]
    public void No_variable_is_read_before_something_is_shown()
    {
        var read = new List<string>();
        var redactor = new SecretRedactor(ProxySecrets.OfEnvironment(v =>
        {
            read.Add(v);
            return v == "ALL_PROXY" ? "http://me:s3cret@proxy.example" : null;
        }));
        Assert.Empty(read);

        Assert.Equal("it was (redacted)", redactor.Redact("it was s3cret"));
        Assert.Equal("and (redacted)", redactor.Redact("and s3cret"));

        Assert.Equal(6, read.Count);
    }

    private static IReadOnlyList<string> Secrets(string? address, string variable = "HTTPS_PROXY") =>
        [.. ProxySecrets.OfEnvironment(v => v == variable ? address : null)];
}
