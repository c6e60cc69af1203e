namespace CommSharp.Imaging;

/// <summary>How a picture of any proportions becomes a square.</summary>
public enum ImageFit
{
    /// <summary>Padded to a square, then resized: nothing is lost, nothing distorted. COMM, Shikra, LLaVA-1.5.</summary>
    Pad,

    /// <summary>Resized by its shorter edge, then the middle is cut out: the ends of the longer edge are lost. CLIP, DINOv2.</summary>
    Crop,

    /// <summary>Resized to a square at once: the proportions are lost. ViT.</summary>
    Resize,
}
