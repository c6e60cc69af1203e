using System.Text.Json.Serialization;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Language;
using CommSharp.Text;

namespace CommSharp.Multimodal;

/// <summary>The language model of a <see cref="MultimodalConfig"/>.</summary>
public sealed record LanguageModelConfig
{
    /// <summary>Where the weights come from: a folder, relative to the config's own, or a hub id.</summary>
    public required string Weights { get; init; }

    /// <summary>The architecture.</summary>
    public required LlamaConfig Architecture { get; init; }
}

/// <summary>The token ids around and inside a picture.</summary>
public sealed record ImageTokens
{
    /// <summary>How tokenizer files write <see cref="Placeholder"/>, in Shikra and in composed models.</summary>
    internal const string PlaceholderText = "<im_patch>";

    /// <summary>How tokenizer files write <see cref="Begin"/>.</summary>
    internal const string BeginText = "<im_start>";

    /// <summary>How tokenizer files write <see cref="End"/>.</summary>
    internal const string EndText = "<im_end>";

    /// <summary>The id that stands once for every image token of a picture; it may lie outside the vocabulary, since it is never looked up.</summary>
    public required int Placeholder { get; init; }

    /// <summary>The id before a picture, if the model has one: Shikra's im_start.</summary>
    public int? Begin { get; init; }

    /// <summary>The id after a picture, if the model has one: Shikra's im_end.</summary>
    public int? End { get; init; }
}

/// <summary>A whole model: pictures through a vision stack into a language model. COMM, LLaVA-1.5 and Shikra are three of them.</summary>
public sealed record MultimodalConfig
{
    /// <summary>The version of this format that the library writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Where editors find the schema of this format.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The version of this format; always <see cref="CurrentFormat"/>.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>What to call the model in reports.</summary>
    public string? Name { get; init; }

    /// <summary>Whether weights are still random where they should be trained, so that answers mean nothing.</summary>
    public bool Untrained { get; init; }

    /// <summary>Towers, merges, projections, projector.</summary>
    public required VisionStackConfig Vision { get; init; }

    /// <summary>The decoder.</summary>
    public required LanguageModelConfig Language { get; init; }

    /// <summary>The ids that a picture takes in a prompt.</summary>
    public required ImageTokens ImageTokens { get; init; }

    /// <summary>How conversations are written.</summary>
    public PromptTemplate Prompt { get; init; } = PromptTemplate.Vicuna;

    /// <summary>How pictures become squares; every branch takes them at its own size.</summary>
    public ImagePreprocessing Image { get; init; } = new();

    /// <summary>How boxes are written in answers.</summary>
    public BoxFormat Boxes { get; init; } = BoxFormat.Shikra;

    /// <summary>Refuses values of which no model can be built.</summary>
    /// <param name="source">What errors call the config.</param>
    /// <exception cref="ConfigurationException">Names the first such member by its path.</exception>
    public void Validate(string source)
    {
        var check = new MemberCheck(source);
        check.In("vision").That(Vision.Branches.Count > 0, "branches", "empty", "one branch or more");
        for (int i = 0; i < Vision.Branches.Count; i++)
        {
            VisionBranchConfig? branch = Vision.Branches[i];
            check.In("vision").That(branch is not null, $"branches[{i}]", "null", "a branch");
            branch!.Validate(check.In($"vision.branches[{i}]"));
        }

        Vision.Projector.Validate(check.In("vision.projector"));
        Language.Architecture.Validate(check.In("language.architecture"));
        Prompt.Validate(check.In("prompt"));
        Boxes.Validate(check.In("boxes"));
    }
}
