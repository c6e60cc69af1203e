namespace CommSharp.Imaging;

/// <summary>How pixels are interpolated. The numbers are those of Pillow, which preprocessor_config.json calls "resample".</summary>
public enum ResampleFilter
{
    /// <summary>The pixel that lies there.</summary>
    Nearest = 0,

    /// <summary>Lanczos' window of three lobes.</summary>
    Lanczos = 1,

    /// <summary>A triangle: what Google's ViT was trained with.</summary>
    Bilinear = 2,

    /// <summary>Keys' cubic with a = -0.5: what CLIP and DINOv2 were trained with.</summary>
    Bicubic = 3,

    /// <summary>The mean of the pixels covered.</summary>
    Box = 4,

    /// <summary>Hamming's window of one lobe.</summary>
    Hamming = 5,
}
