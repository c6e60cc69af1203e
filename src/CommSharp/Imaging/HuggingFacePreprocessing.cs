using CommSharp.Configuration;

namespace CommSharp.Imaging;

/// <summary>Reads transformers' preprocessor_config.json in its old and new spellings, with the defaults of the class that it names.</summary>
internal static class HuggingFacePreprocessing
{
    /// <summary>What a processor's class does where the file says nothing.</summary>
    /// <param name="Fit">What a size that is a bare number means: the shorter edge, or both sides.</param>
    /// <param name="Size">The size.</param>
    /// <param name="Crop">The side of the middle that is cut out; null for a class that never cuts.</param>
    /// <param name="Resample">The filter.</param>
    private sealed record Defaults(ImageFit Fit, int Size, int? Crop, ResampleFilter Resample);

    private static readonly Dictionary<string, Defaults> Processors = new()
    {
        ["CLIPImageProcessor"] = new(ImageFit.Crop, 224, 224, ResampleFilter.Bicubic),
        ["BitImageProcessor"] = new(ImageFit.Crop, 224, 224, ResampleFilter.Bicubic),
        ["LlavaImageProcessor"] = new(ImageFit.Crop, 224, 224, ResampleFilter.Bicubic),
        ["DeiTImageProcessor"] = new(ImageFit.Resize, 256, 224, ResampleFilter.Bicubic),
        ["ViTImageProcessor"] = new(ImageFit.Resize, 224, null, ResampleFilter.Bilinear),
        ["SiglipImageProcessor"] = new(ImageFit.Resize, 224, null, ResampleFilter.Bicubic),
    };

    internal static ImagePreprocessing Read(HuggingFaceConfig config)
    {
        string kind = ProcessorName(config);
        Defaults defaults = Processors[kind];
        config.Require("do_resize", true);
        config.Require("do_rescale", true);
        config.Require("do_normalize", true);
        if (Math.Abs((config.Number("rescale_factor", 1 / 255.0) * 255) - 1) > 1e-6)
        {
            throw config.Unsupported("rescale_factor", "1/255");
        }

        (ImageFit fit, int resized) = ReadSize(config, defaults);
        bool pads = Pads(config, kind);
        int size = ReadCrop(config, defaults, fit, resized, pads);
        return new ImagePreprocessing
        {
            Fit = pads ? ImageFit.Pad : fit,
            Fill = pads ? MeanColor(config) : RgbColor.Mean,
            Resample = ReadFilter(config, defaults),
            Size = size,
            ResizedSize = resized == size ? null : resized,
        };
    }

    /// <summary>"Fast" processors compute the same with another library; "feature extractor" is what processors were called at first.</summary>
    private static string ProcessorName(HuggingFaceConfig config)
    {
        bool old = config.Has("feature_extractor_type") && !config.Has("image_processor_type");
        string member = old ? "feature_extractor_type" : "image_processor_type";
        string stated = config.Text(member);
        string name = stated.EndsWith("Fast", StringComparison.Ordinal) ? stated[..^4] : stated;
        name = name.Replace("FeatureExtractor", "ImageProcessor", StringComparison.Ordinal);
        return Processors.ContainsKey(name) ? name : throw config.Unsupported(member, string.Join(", ", Processors.Keys));
    }

    private static (ImageFit Fit, int Size) ReadSize(HuggingFaceConfig config, Defaults defaults)
    {
        if (config.Section("size") is not { } size)
        {
            return (defaults.Fit, config.Count("size", defaults.Size));
        }

        if (size.Has("shortest_edge"))
        {
            return size.Has("longest_edge")
                ? throw size.Unsupported("longest_edge", "a shortest_edge alone")
                : (ImageFit.Crop, size.Count("shortest_edge"));
        }

        return (ImageFit.Resize, Square(config, "size", size));
    }

    private static int ReadCrop(HuggingFaceConfig config, Defaults defaults, ImageFit fit, int resized, bool pads)
    {
        if (defaults.Crop is not { } usual || !config.Flag("do_center_crop", true))
        {
            return fit == ImageFit.Resize || pads
                ? resized
                : throw config.Unsupported("do_center_crop", "true where \"size\" is a shortest edge, since towers take squares");
        }

        int crop = config.Section("crop_size") is { } section ? Square(config, "crop_size", section) : config.Count("crop_size", usual);
        return crop <= resized
            ? crop
            : throw config.Unsupported("crop_size", $"at most the size resized to, {resized}; a larger one would add a black border");
    }

    private static bool Pads(HuggingFaceConfig config, string kind)
    {
        if (kind != "LlavaImageProcessor")
        {
            config.Require("do_pad", false);
        }

        return config.Text("image_aspect_ratio", "square") switch
        {
            "pad" => true,
            "square" => config.Flag("do_pad", false),
            _ => throw config.Unsupported("image_aspect_ratio", "pad, square"),
        };
    }

    private static int Square(HuggingFaceConfig config, string member, HuggingFaceConfig section)
    {
        int side = section.Count("height");
        return section.Count("width") == side ? side : throw config.Unsupported(member, "a square");
    }

    private static ResampleFilter ReadFilter(HuggingFaceConfig config, Defaults defaults)
    {
        var filter = (ResampleFilter)config.WholeNumber("resample", (int)defaults.Resample);
        return Enum.IsDefined(filter) ? filter : throw config.Unsupported("resample", "0 to 5, Pillow's numbers");
    }

    /// <summary>LLaVA pads with the mean that it normalises by, each colour cut to a whole number.</summary>
    private static RgbColor MeanColor(HuggingFaceConfig config)
    {
        if (!config.Has("image_mean"))
        {
            return RgbColor.Mean;
        }

        return config.Numbers("image_mean") is [>= 0 and <= 1, >= 0 and <= 1, >= 0 and <= 1] and var mean
            ? new RgbColor((byte)(mean[0] * 255), (byte)(mean[1] * 255), (byte)(mean[2] * 255))
            : throw config.Unsupported("image_mean", "three numbers of 0 to 1");
    }
}
