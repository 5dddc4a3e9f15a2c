using System.Diagnostics;
using System.Net;
using System.Text;
using ConfluentOffsets.Client.Http;
using ConfluentOffsets.Client.Json;
using ConfluentOffsets.TestSupport;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>Answers that are made to hurt: endless, deep, wide, or of numbers that take hours to read.</summary>
public sealed class HostileAnswerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endless_answer_is_unexpected_and_not_asked_for_again()
    {
        using var handler = new EndlessHandler(HttpStatusCode.OK);
        using var service = new TestService(primary: handler);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => service.Api.GetOffsetsAsync(Given.Connector, Token));

        Assert.Equal((FailureKind.UnexpectedResponse, 200), (failure.Kind, failure.StatusCode));
        Assert.Contains("longer than 128 MB", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorBody.MaxLength, failure.ResponseBody?.Length);
        Assert.Equal(1, handler.Requests);
        Assert.InRange(handler.Read, ReadBody.MaxLength, ReadBody.MaxLength + (1 << 20));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "AccessDenied")]
    [InlineData(HttpStatusCode.NotFound, "ConnectorNotFound")]
    [InlineData(HttpStatusCode.BadGateway, "ServiceUnavailable")]
    public async Task An_endless_error_is_that_error(HttpStatusCode status, string kind)
    {
        using var handler = new EndlessHandler(status);
        using var service = new TestService(s => s with { MaxRetryCount = 0 }, handler);

        var failure = await service.GetFailureAsync();

        Assert.Equal(kind, failure.Kind.ToString());
        Assert.InRange(handler.Read, 0, 2 << 20);
    }

    [Fact]
    public async Task An_endless_acceptance_is_accepted()
    {
        using var handler = new EndlessHandler(HttpStatusCode.Accepted);
        using var service = new TestService(primary: handler);

        var accepted = await service.Api.PostRequestAsync(Given.Connector, "PATCH", Given.Items(Given.Offsets), null, Token);

        Assert.Null(accepted.RequestedAt);
        Assert.InRange(handler.Read, 0, 2 << 20);
    }

    [Theory]
    [InlineData(HttpStatusCode.Accepted, 4, 16)]
    [InlineData(HttpStatusCode.BadRequest, 0, 2)]
    public async Task What_is_read_of_an_answer_to_a_long_request_has_an_end(HttpStatusCode status, int atLeast, int atMost)
    {
        using var handler = new EndlessHandler(status);
        using var service = new TestService(s => s with { MaxRetryCount = 0 }, handler);
        var offsets = Given.Items($"[{string.Join(',', Enumerable.Range(0, 2000).Select(i => $$$"""{"partition":{"p":{{{i}}}},"offset":{"some_offset_of_it":{{{i}}}}}"""))}]");

        try
        {
            await service.Api.PostRequestAsync(Given.Connector, "PATCH", offsets, null, Token);
        }
        catch (ServiceException e)
        {
            Assert.Equal(FailureKind.InvalidRequest, e.Kind);
        }

        Assert.InRange(handler.Read, atLeast << 20, atMost << 20);
    }

    [Fact]
    public async Task A_zipped_bomb_is_unexpected()
    {
        using var service = new TestService();
        service.Handler.AnswerBytes("GET", TestService.OffsetsPath, 200, Bomb());

        var failure = await Assert.ThrowsAsync<ServiceException>(() => service.Api.GetOffsetsAsync(Given.Connector, Token));

        Assert.Equal(FailureKind.UnexpectedResponse, failure.Kind);
        Assert.Contains("longer than 128 MB", failure.Message, StringComparison.Ordinal);
        Assert.Single(service.Handler.Requests);
    }

    [Theory]
    [InlineData(513)]
    [InlineData(100_000)]
    public async Task An_answer_nested_beyond_512_is_unexpected(int depth)
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        var deep = $"{{\"offsets\":[{{\"partition\":{string.Concat(Enumerable.Repeat("{\"a\":", depth - 3))}1{new string('}', depth)}]}}";
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, deep).Answer("GET", TestService.StatusPath, 200, deep);

        var offsets = await Assert.ThrowsAsync<ServiceException>(() => service.Api.GetOffsetsAsync(Given.Connector, Token));
        var status = await Assert.ThrowsAsync<ServiceException>(() => service.Api.GetStatusAsync(Given.Connector, singleAttempt: true, Token));

        Assert.Equal((FailureKind.UnexpectedResponse, FailureKind.UnexpectedResponse), (offsets.Kind, status.Kind));
    }

    [Fact]
    public async Task An_error_nested_beyond_512_is_still_that_error()
    {
        using var service = new TestService();
        service.Handler.Answer("GET", TestService.OffsetsPath, 403, new string('[', 100_000));

        Assert.Equal(FailureKind.AccessDenied, (await service.GetFailureAsync()).Kind);
    }

    [Fact]
    public void An_object_of_many_members_is_read_in_one_go()
    {
        // Each member against each other would take hours.
        const int Members = 500_000;
        var text = new StringBuilder("{");
        for (var i = 0; i < Members; i++)
            text.Append($"\"m{i}\":{i},");
        var map = JsonMapNode.Parse(text.Append("\"m7\":\"again\"}").ToString());

        Assert.Equal(Members, map.Count);
        Assert.Equal("again", map.Get("m7"));
        Assert.Equal("m7", map.Entries.Last().Key);
        Assert.Equal("m8", map.Entries.ElementAt(7).Key);
    }

    [Fact]
    public async Task A_number_of_a_million_digits_is_unexpected()
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.Handler.Answer("GET", TestService.OffsetsPath, 200, "{\"offsets\":[{\"offset\":{\"n\":" + new string('7', 1_000_000) + "}}]}");

        var failure = await Assert.ThrowsAsync<ServiceException>(() => service.Api.GetOffsetsAsync(Given.Connector, Token));

        Assert.Equal(FailureKind.UnexpectedResponse, failure.Kind);
        Assert.Contains("A number has more than 10000 characters", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"n\":", "}")]
    [InlineData("[1,", "]")]
    [InlineData("", "")]
    public void A_number_of_ten_thousand_digits_is_kept(string before, string after)
    {
        var text = before + new string('7', 10_000) + after;

        Assert.Equal(text, Encoding.UTF8.GetString(JsonLiteral.Validate(text).Span));
    }

    [Fact]
    public async Task What_headers_say_neither_fills_nor_colours_the_screen()
    {
        using var service = new TestService(s => s with { MaxRetryCount = 0 });
        service.Handler.Answer("GET", TestService.OffsetsPath, 302, null, new System.Collections.Hashtable
        {
            ["X-Request-Id"] = "\u001b[31mred" + new string('x', 5000),
            ["Location"] = "/" + new string('y', 50_000),
        });

        var failure = await service.GetFailureAsync();

        Assert.InRange(failure.Message.Length, 100, 3000);
        Assert.DoesNotContain('\u001b', failure.Message + failure.RequestId + string.Concat(service.Verbose));
    }

    private static byte[] Bomb()
    {
        using var zipped = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(zipped, System.IO.Compression.CompressionLevel.Fastest))
        {
            var block = new byte[1 << 20];
            for (var i = 0; i < 200; i++)
                zip.Write(block);
        }

        return zipped.ToArray();
    }

    private sealed class EndlessHandler(HttpStatusCode status) : HttpMessageHandler
    {
        private readonly EndlessStream _stream = new();

        public int Requests { get; private set; }

        public long Read => _stream.Given;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StreamContent(_stream) });
        }

        protected override void Dispose(bool disposing)
        {
            _stream.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class EndlessStream : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            // Whoever reads on for ever is told.
            Given += count;
            if (Given > 1L << 30)
                throw new UnreachableException("A gigabyte was read.");
            buffer.AsSpan(offset, count).Fill((byte)' ');
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
