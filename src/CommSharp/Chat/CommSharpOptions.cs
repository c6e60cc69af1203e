using CommSharp.Generation;

namespace CommSharp.Chat;

/// <summary>What <see cref="CommSharpServices.AddCommSharp(Microsoft.Extensions.DependencyInjection.IServiceCollection, Action{CommSharpOptions})"/> sets up.</summary>
public sealed record CommSharpOptions
{
    /// <summary>The folder of a whole multimodal model: COMM, LLaVA-1.5 or Shikra. Required.</summary>
    public string Model { get; set; } = "";

    /// <summary>The vision tower's folder, for models that keep it apart.</summary>
    public string? VisionTower { get; set; }

    /// <summary>Where to compute: "auto" (a GPU where there is one), "cpu", "cuda" or "cuda:N".</summary>
    public string Device { get; set; } = "auto";

    /// <summary>What weights are held in: "float32", "bfloat16" or "float16"; as the model's files have them when null.</summary>
    public string? Dtype { get; set; }

    /// <summary>How many questions may wait; at least 1.</summary>
    public int MaxQueue { get; set; } = 64;

    /// <summary>How many answers are generated together; at least 1.</summary>
    public int MaxRows { get; set; } = 8;

    /// <summary>How many bytes of pictures' tokens are kept for further questions about them; 0 keeps none.</summary>
    public long ImageCacheBytes { get; set; } = ImageFeatureCache.DefaultCapacity;

    /// <summary>The largest picture that is decoded, in pixels; larger ones are refused before memory is taken for them.</summary>
    public long MaxPixels { get; set; } = 100_000_000;

    /// <summary>The largest encoded picture, in bytes.</summary>
    public int MaxImageBytes { get; set; } = 256 << 20;
}
