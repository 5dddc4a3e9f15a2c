using System.Text;
using ConfluentOffsets.Client.Http;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class SecretRedactorTests
{
    private const string Secret = "s3/cr+t=&\"é";

    [Theory]
    [InlineData("s3/cr+t=&\"é")]
    [InlineData("S3/CR+T=&\"É")]
    [InlineData("s3%2Fcr%2Bt%3D%26%22%C3%A9")]
    [InlineData("s3%2fcr%2bt%3d%26%22%c3%a9")]
    [InlineData("s3%2Fcr+t=%26\"é")]
    [InlineData("s3\\/cr+t=&\\\"é")]
    [InlineData("s3\\u002Fcr\\u002bt\\u003D\\u0026\\u0022\\u00e9")]
    [InlineData("s3&#x2F;cr&#43;t&#061;&amp;&quot;&#233;")]
    [InlineData("czMvY3IrdD0mIsOp")]
    [InlineData("s3%252Fcr%252Bt%253D%2526%2522%25C3%25A9")]
    [InlineData("s3%25252fcr+t=%25252526\"é")]
    [InlineData("s3\\\\/cr\\\\u002Bt=\\\\u0026\\\\\\\"é")]
    [InlineData("s3&amp;#x2F;cr&amp;#43;t=&amp;amp;&amp;quot;&amp;#233;")]
    [InlineData("s3/cr\\u0026#43;t=\\u0026amp;\\u0026quot;é")]
    public void A_secret_is_taken_out_in_every_spelling(string spelling) =>
        Assert.Equal("you sent '(redacted)'!", new SecretRedactor([Secret]).Redact($"you sent '{spelling}'!"));

    [Theory]
    [InlineData(@"a\b\\c")]
    [InlineData(@"a\\b\\\\c")]
    [InlineData(@"a\\\\b\\\\\\\\c")]
    [InlineData("a%5Cb%5C%5Cc")]
    [InlineData(@"a\u005cb\u005C\u005cc")]
    public void Backslashes_are_known_however_often_they_are_escaped(string spelling) =>
        Assert.Equal("you sent '(redacted)'!", new SecretRedactor([@"a\b\\c"]).Redact($"you sent '{spelling}'!"));

    [Theory]
    [InlineData("you sent nothing")]
    [InlineData("s3/cr+t=&\"")]
    [InlineData("")]
    public void Other_text_stays(string text) => Assert.Equal(text, new SecretRedactor([Secret]).Redact(text));

    [Fact]
    public void A_longer_secret_goes_before_one_that_it_holds() =>
        Assert.Equal("(redacted)", new SecretRedactor(["abcd", "abcd-efgh"]).Redact("abcd-efgh"));

    [Fact]
    public void What_is_too_short_to_be_a_secret_stays() =>
        Assert.Equal("a b abc", new SecretRedactor(["", "abc"]).Redact("a b abc"));

    [Fact]
    public void Signs_of_patterns_are_no_patterns() =>
        Assert.Equal("aXXXb (redacted)", new SecretRedactor(["a.*b$"]).Redact("aXXXb a.*b$"));

    [Theory]
    [InlineData("0123456789-0123456789-0123456789-0123456789-0123456789/+=rest")]
    [InlineData("0123456789-0123456789-0123456789-0123456789-0123")]
    [InlineData("0123456789-0123456789-0123456789-0123456789-0123456789%2F%2b%3Drest")]
    [InlineData("0123456789-0123456789-0123456789-0123456789-0123456789\\/\\u002B=rest")]
    [InlineData("0123456789-0123456789-0123456789-0123456789-0123456789\\\\/\\\\u002B%253Drest")]
    [InlineData("MDEyMzQ1Njc4OS0wMTIzNDU2Nzg5LTAxMjM0NTY3ODktMDEyMzQ1Njc4OS0wMTIzNDU2Nzg5LyM9cmVzdA==")]
    public void A_token_that_came_later_is_taken_out_whole_or_in_part(string echo)
    {
        var redactor = new SecretRedactor([Secret]);
        redactor.Add("0123456789-0123456789-0123456789-0123456789-0123456789/+=rest");

        Assert.Equal("you sent '(redacted)' (redacted)!", redactor.Redact($"you sent '{echo}' {Secret}!"));
    }

    [Fact]
    public void The_latest_tokens_are_known()
    {
        var redactor = new SecretRedactor([]);
        for (var i = 0; i < 40; i++)
            redactor.Add($"token-{i:d2}");
        redactor.Add("token-30");

        Assert.Equal("token-23 (redacted) (redacted)", redactor.Redact("token-23 token-24 token-39"));
    }

    [Theory]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1LTEyMyJ9.c2lnbmF0dXJl-_")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJzdWIi")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9")]
    public void A_web_token_is_taken_out_whosever_it_is(string token) =>
        Assert.Equal("you sent '(redacted)'!", new SecretRedactor([]).Redact($"you sent '{token}'!"));

    [Theory]
    [InlineData("eyJhbGciOiJSUzI1NiJ9")]
    [InlineData("eyJzdWIiOiJ1LTEyMyJ9")]
    [InlineData("c2lnbmF0dXJlLW9mLWE_-")]
    [InlineData("C2LNBMF0DXJLLW9MLWE_-")]
    public void A_part_of_a_web_token_is_taken_out_too(string part)
    {
        const string Token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1LTEyMyJ9.c2lnbmF0dXJlLW9mLWE_-";
        var later = new SecretRedactor([]);
        later.Add(Token);

        Assert.Equal("signed '(redacted)'!", new SecretRedactor([Token]).Redact($"signed '{part}'!"));
        Assert.Equal("signed '(redacted)'!", later.Redact($"signed '{part}'!"));
    }

    [Theory]
    [InlineData("one.two.three-and-four", "three-and-four")]
    [InlineData("a-secret-of-two-parts-only.that-is-none-of-the-web", "that-is-none-of-the-web")]
    public void Of_other_secrets_a_part_stays(string secret, string part) =>
        Assert.Equal(part, new SecretRedactor([secret]).Redact(part));

    [Theory]
    [InlineData("Bearer ", "opaque-token-0f-somebody")]
    [InlineData("bearer%20", "opaque~token~of~somebody~else")]
    [InlineData("Authorization: Basic ", "dXNlcjpwYXNz")]
    [InlineData("Authorization: Basic ", "QUJDOmRlZi8rL2doaQ==")]
    [InlineData("{\"Authorization\":\"BASIC ", "QUJDOmRlZi8\\/K\\u002BL2doaQ%3D%3D")]
    public void What_follows_the_scheme_of_an_authorization_is_taken_out_whosever_it_is(string before, string value) =>
        Assert.Equal($"you sent {before}(redacted), twice", new SecretRedactor([]).Redact($"you sent {before}{value}, twice"));

    [Theory]
    [InlineData("proxy 'http://me:p%40ss@proxy.example:3128/' failed", "proxy 'http://(redacted)@proxy.example:3128/' failed")]
    [InlineData("HTTP://me:p@ss:w0rd@proxy.example", "HTTP://(redacted)@proxy.example")]
    [InlineData("socks5://:only@proxy.example", "socks5://(redacted)@proxy.example")]
    [InlineData("http://me@proxy.example", "http://(redacted)@proxy.example")]
    [InlineData("https://api.example:443/me:you@here", "https://api.example:443/me:you@here")]
    [InlineData("https://api.example:443?mail=a@b https://c.example", "https://api.example:443?mail=a@b https://c.example")]
    [InlineData("\"https://a.example:443\", \"me@b.example\"", "\"https://a.example:443\", \"me@b.example\"")]
    public void A_password_in_an_address_is_taken_out_whosever_it_is(string text, string shown) =>
        Assert.Equal(shown, new SecretRedactor([]).Redact(text));

    [Theory]
    [InlineData("s3/c\u200br\0+t=&\"\u00ade")]
    public void Signs_that_nobody_sees_do_not_hide_a_secret(string echo) =>
        Assert.Equal("you sent '(redacted)'!", new SecretRedactor([Secret.Replace('é', 'e')]).Redact($"you sent '{echo}'!"));

    [Fact]
    public void A_secret_of_many_spaces_costs_no_time()
    {
        var redactor = new SecretRedactor([new string('x', 60) + new string(' ', 30) + "y"]);

        // Where each could be told from the next in many ways, this would take years.
        Assert.EndsWith("z", redactor.Redact(new string('x', 60) + new string(' ', 60) + "z"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\r\n", 76)]
    [InlineData("\n", 64)]
    public void Base64_that_was_wrapped_is_taken_out(string lineBreak, int length)
    {
        var secret = string.Concat(Enumerable.Repeat("0123456789", 12));
        var wrapped = string.Join(lineBreak, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).Chunk(length).Select(c => new string(c)));

        Assert.Equal("you sent (redacted)", new SecretRedactor([secret]).Redact($"you sent {wrapped}").TrimEnd('='));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(96)]
    [InlineData(32_860)]
    public void Of_a_large_text_a_secret_is_taken_out_of_what_is_shown_wherever_it_stands(int at)
    {
        var text = new string('a', at) + Secret + new string('b', 1_000_000);

        var shown = new SecretRedactor([Secret]).RedactStart(text, 100);

        Assert.Equal((new string('a', at) + "(redacted)" + new string('b', 100))[..100], shown);
    }

    [Fact]
    public void What_could_be_half_a_secret_at_the_end_of_what_was_searched_is_not_shown()
    {
        var secret = string.Concat(Enumerable.Repeat("0123456789", 20));
        var text = string.Concat(Enumerable.Repeat($"-{secret}", 10_000));

        var shown = new SecretRedactor([secret]).RedactStart(text, 20_000);

        Assert.DoesNotContain("012", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic authentication is not supported, nor are Bearer tokens.")]
    [InlineData("Basic Authentication is off.")]
    [InlineData("WWW-Authenticate: Bearer authorization_uri=\"https://login.example\", error=\"invalid_token\"")]
    [InlineData("the rebasic 0123456789012345678901234567")]
    public void Words_about_authorization_stay(string text) => Assert.Equal(text, new SecretRedactor([]).Redact(text));

    [Theory]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789+/")]
    [InlineData("&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&")]
    [InlineData("////////////////////////////////////////////////////////////////")]
    [InlineData("\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\")]
    [InlineData("%2525252525252525252525252525252525252525252525252525252525252525")]
    public async Task A_text_that_is_nearly_a_secret_takes_no_time(string secret)
    {
        var redactor = new SecretRedactor([secret]);
        var near = string.Concat(Enumerable.Repeat(secret[..^1] + "_", 50));

        var redacted = await Task.Run(() => redactor.Redact(near), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal(near, redacted);
    }
}
