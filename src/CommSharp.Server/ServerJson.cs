using System.Text.Json.Serialization;
using CommSharp.Server.Completions;
using CommSharp.Server.Errors;
using CommSharp.Server.Grounding;
using CommSharp.Server.Observing;

namespace CommSharp.Server;

/// <summary>The wire's JSON: OpenAI's names; members that are not known are tolerated, since its clients send extras.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ChatCompletionRequest))]
[JsonSerializable(typeof(ContentPart))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(CompletionChunk))]
[JsonSerializable(typeof(GroundRequest))]
[JsonSerializable(typeof(GroundResponse))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class ServerJson : JsonSerializerContext;
