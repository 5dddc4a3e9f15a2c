using ConfluentOffsets.Client.Authentication;

namespace ConfluentOffsets.Client.Tests;

/// <summary>A connection whose credential is a token exchange, and what answers it.</summary>
internal static class ExchangingService
{
    public const string TokenPath = "/sts/v1/oauth2/token";
    public const string Jwt = "subject/token+1=";

    public static TestService Service(HttpMessageHandler? primary = null, int maxRetryCount = 5) => new(
        s => s with
        {
            Credential = new TokenExchange("pool-1", new SubjectTokenSource(() => Jwt, NeedsPipelineThread: false)),
            MaxRetryCount = maxRetryCount,
        },
        primary);

    public static void Gives(TestService service, string token, string expiresIn = "900") => service.Handler
        .Answer("POST", TokenPath, 200, Token(token, expiresIn))
        .Answer("GET", TestService.OffsetsPath, 200, "{}");

    public static string Token(string token, string expiresIn) =>
        $$"""{"access_token":"{{token}}","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":{{expiresIn}}}""";
}
