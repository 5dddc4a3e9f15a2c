using System.IO.Compression;
using System.Text;
using ConfluentOffsets.Client.Http;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

public sealed class ErrorBodyTests
{
    [Theory]
    [InlineData("""{"error":{"code":404,"message":"resource not found"}}""", "404", "resource not found")]
    [InlineData("""{"error":{"code":"404","message":"resource not found"}}""", "404", "resource not found")]
    [InlineData("""{"errors":[{"id":"x","status":"403","code":"forbidden","title":"Forbidden","detail":"No permission","source":{}}]}""", "forbidden", "Forbidden: No permission")]
    [InlineData("""{"errors":[{"status":"403","detail":"No permission"},{"detail":"second"}]}""", "403", "No permission")]
    [InlineData("""{"errors":[{"title":"Forbidden","detail":"Forbidden"}]}""", null, "Forbidden")]
    [InlineData("""{"error_code":40401,"message":"resource not found"}""", "40401", "resource not found")]
    [InlineData("""{"error_code":"E1","message":"resource not found"}""", "E1", "resource not found")]
    [InlineData("""{"status":409,"error":{"code":"REQUEST_PENDING","message":"wait"},"requestId":"r"}""", "REQUEST_PENDING", "wait")]
    [InlineData("""{"status":409,"error":{"message":"wait"}}""", "409", "wait")]
    [InlineData("""{"error":"invalid_grant","error_description":"the token is expired"}""", "invalid_grant", "the token is expired")]
    [InlineData("""{"error":"invalid_grant"}""", null, "invalid_grant")]
    [InlineData("""{"message":"only words"}""", null, "only words")]
    [InlineData("\"only words\"", null, "only words")]
    [InlineData("""{"errors":[],"message":"words"}""", null, "words")]
    [InlineData("""{"error":{"code":1E999,"message":"words"}}""", null, "words")]
    public void The_words_and_the_code_are_found(string body, string? code, string? message) =>
        Assert.Equal(new ErrorBody(code, message), ErrorBody.Read(Given.Bytes(body)));

    [Theory]
    [InlineData(400, "Bad Request")]
    [InlineData(401, "Unauthorized")]
    [InlineData(403, "Forbidden")]
    [InlineData(404, "resource not found")]
    [InlineData(500, "Internal Server Error")]
    public void The_documented_errors_are_read(int code, string message) =>
        Assert.Equal(new ErrorBody($"{code}", message), ErrorBody.Read(Given.Bytes(Given.Example($"error-{code}"))));

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("42")]
    [InlineData("""{"error":{}}""")]
    [InlineData("""{"error":null,"message":null}""")]
    [InlineData("""{"error":{"code":null,"message":{}}}""")]
    [InlineData("""{"errors":[1]}""")]
    [InlineData("""{"errors":{}}""")]
    [InlineData("""{"message":""}""")]
    [InlineData("<html></html>")]
    public void A_body_without_words_gives_none(string body) =>
        Assert.Equal(new ErrorBody(null, null), ErrorBody.Read(Given.Bytes(body)));

    [Theory]
    [InlineData("<html><head><title>502 Bad\nGateway</title></head><body><h1>nginx</h1></body></html>", "502 Bad Gateway")]
    [InlineData("<!DOCTYPE html><TITLE lang='en'> Down </TITLE>", "Down")]
    [InlineData("<html><body><h1>Service</h1><p>Unavailable</p></body></html>", "Service Unavailable")]
    [InlineData("upstream connect error", "upstream connect error")]
    [InlineData("{\"error\":{\"code\":404,", "{\"error\":{\"code\":404,")]
    public void Html_and_plain_text_become_a_line(string body, string message) =>
        Assert.Equal(new ErrorBody(null, message), ErrorBody.Read(Given.Bytes(body)));

    [Theory]
    [InlineData("""{"message":"one\r\ntwo\u001b[31mred\u0000\u0085end\u2028x"}""", "one two [31mred end x")]
    [InlineData("one\r\ntwo\u001b[31mred\u0007", "one two [31mred")]
    [InlineData("""{"error":{"code":"A\u001bB","message":"m"}}""", "m")]
    public void Control_characters_are_removed(string body, string message)
    {
        var error = ErrorBody.Read(Given.Bytes(body));

        Assert.Equal(message, error.Message);
        Assert.DoesNotContain("\u001b", error.Code ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_text_is_bounded()
    {
        var error = ErrorBody.Read(Given.Bytes(new string('x', 100_000)));

        Assert.Equal(new string('x', 300) + "...", error.Message);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_shown_as_well_as_they_can() =>
        Assert.Equal("caf\uFFFD", ErrorBody.Read(new byte[] { 0x63, 0x61, 0x66, 0xE9 }).Message);

    [Fact]
    public async Task Gzip_without_an_encoding_header_is_read()
    {
        using var service = new TestService();
        service.Handler.AnswerBytes("GET", TestService.OffsetsPath, 404, Gzip(Given.Example("error-404")));

        var failure = await service.GetFailureAsync();

        Assert.Equal("404", failure.ErrorCode);
        Assert.Equal("404 Not Found: resource not found", failure.Message);
    }

    [Fact]
    public async Task Gzip_without_an_encoding_header_is_read_in_a_success_too()
    {
        using var service = new TestService();
        service.Handler.AnswerBytes("GET", TestService.OffsetsPath, 200, Gzip(Given.Example("offsets-sink")));

        var reply = await service.GetAsync();

        Assert.Equal(Given.Example("offsets-sink"), Encoding.UTF8.GetString(reply.Body.Span));
    }

    private static byte[] Gzip(string text)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionMode.Compress))
            zip.Write(Encoding.UTF8.GetBytes(text));
        return zipped.ToArray();
    }
}
