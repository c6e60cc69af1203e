using CommSharp.Configuration;

namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>What keeps the teacher from giving every picture the same answer.</summary>
public enum TeacherCentring
{
    /// <summary>Nothing; collapses, and is there to show it.</summary>
    None,

    /// <summary>A running mean of the teacher's scores is taken away (Caron et al. 2021).</summary>
    Mean,

    /// <summary>Scores are brought to equal use of all prototypes within the batch by three rounds of Sinkhorn and Knopp's algorithm (Oquab et al. 2023).</summary>
    SinkhornKnopp,
}

/// <summary>DINO in the manner of DINOv2: a student learns what its own momentum average says of other views, and of patches that it does not see.</summary>
public sealed record DinoSettings : ObjectiveSettings
{
    /// <summary>The number of large crops, which the teacher sees too.</summary>
    public int GlobalCrops { get; init; } = 2;

    /// <summary>Their side in pixels, a multiple of the patch side.</summary>
    public int GlobalSize { get; init; } = 112;

    /// <summary>How they are made.</summary>
    public ViewSettings Global { get; init; } =
        new() { SmallestCrop = 0.32, Flip = 0.5, Recolored = 0.8, Brightness = 0.4, Contrast = 0.4, Saturation = 0.2, Grayscale = 0.2, Blur = 0.5 };

    /// <summary>The number of small crops, which the student alone sees.</summary>
    public int LocalCrops { get; init; } = 6;

    /// <summary>Their side in pixels, a multiple of the patch side.</summary>
    public int LocalSize { get; init; } = 56;

    /// <summary>How they are made.</summary>
    public ViewSettings Local { get; init; } = new()
    {
        SmallestCrop = 0.05,
        LargestCrop = 0.32,
        Flip = 0.5,
        Recolored = 0.8,
        Brightness = 0.4,
        Contrast = 0.4,
        Saturation = 0.2,
        Grayscale = 0.2,
        Blur = 0.5,
    };

    /// <summary>The size of the heads.</summary>
    public DinoHeadSettings Head { get; init; } = new();

    /// <summary>How much of itself the teacher keeps at a step; rises to 1 by half a cosine.</summary>
    public double Momentum { get; init; } = 0.996;

    /// <summary>What the student's scores are divided by.</summary>
    public double StudentTemperature { get; init; } = 0.1;

    /// <summary>What the teacher's are divided by at first: sharpening.</summary>
    public double FirstTeacherTemperature { get; init; } = 0.04;

    /// <summary>The same after <see cref="TemperatureWarmUp"/>.</summary>
    public double TeacherTemperature { get; init; } = 0.07;

    /// <summary>The share of the steps over which the teacher's temperature goes from the first to the other on a straight line.</summary>
    public double TemperatureWarmUp { get; init; } = 0.3;

    /// <summary>What keeps the teacher from one answer to everything.</summary>
    public TeacherCentring Centring { get; init; } = TeacherCentring.Mean;

    /// <summary>How much of itself the running mean keeps at a step.</summary>
    public double CentreMomentum { get; init; } = 0.9;

    /// <summary>The share of large crops that have masked patches; 0 for no patch loss.</summary>
    public double MaskedCrops { get; init; } = 0.5;

    /// <summary>The smallest share of a masked crop's patches that is hidden.</summary>
    public double SmallestMask { get; init; } = 0.1;

    /// <summary>The largest.</summary>
    public double LargestMask { get; init; } = 0.5;

    /// <summary>The weight of the loss of masked patches (Zhou et al. 2021).</summary>
    public double PatchWeight { get; init; } = 1;

    /// <summary>The weight of KoLeo, which spreads the features of a batch (Sablayrolles et al. 2019).</summary>
    public double KoleoWeight { get; init; } = 0.1;

    /// <summary>The share of the steps over which the heads' prototypes do not change.</summary>
    public double FrozenPrototypes { get; init; } = 0.01;

    /// <summary>What layer scales start at. DINOv2's deep towers take 1e-5; a small one that is trained for hours needs more.</summary>
    public double LayerScale { get; init; } = 0.1;

    /// <summary>What weight decay rises to by half a cosine, from one above 0; stays when null.</summary>
    public double? FinalWeightDecay { get; init; }

    internal override void Validate(MemberCheck check, PictureBatchSettings batch)
    {
        base.Validate(check, batch);
        check.Range("globalCrops", GlobalCrops, 2, 16);
        check.Range("localCrops", LocalCrops, 0, 64);
        Size("globalSize", GlobalSize);
        Size("localSize", LocalSize);
        Global.Validate(check.In("global"));
        Local.Validate(check.In("local"));
        MemberCheck head = check.In("head");
        head.Range("hiddenWidth", Head.HiddenWidth, 1, MemberCheck.LargestSize);
        head.Range("bottleneck", Head.Bottleneck, 1, MemberCheck.LargestSize);
        head.Range("prototypes", Head.Prototypes, 2, MemberCheck.LargestSize);
        check.Positive("studentTemperature", StudentTemperature);
        check.Positive("firstTeacherTemperature", FirstTeacherTemperature);
        check.Positive("teacherTemperature", TeacherTemperature);
        check.Positive("layerScale", LayerScale);
        Share("momentum", Momentum);
        Share("temperatureWarmUp", TemperatureWarmUp);
        Share("centreMomentum", CentreMomentum);
        Share("maskedCrops", MaskedCrops);
        Share("smallestMask", SmallestMask);
        Share("frozenPrototypes", FrozenPrototypes);
        check.That(LargestMask >= SmallestMask && LargestMask < 1, "largestMask", LargestMask, "from \"smallestMask\" to below 1");
        check.That(PatchWeight >= 0 && double.IsFinite(PatchWeight), "patchWeight", PatchWeight, "0 or a positive number");
        check.That(KoleoWeight >= 0 && double.IsFinite(KoleoWeight), "koleoWeight", KoleoWeight, "0 or a positive number");
        check.That(FinalWeightDecay is null or (>= 0 and < 1), "finalWeightDecay", FinalWeightDecay ?? 0, "from 0 to below 1");
        new MemberCheck(check.Source, "batch.").That(batch.Size >= 2 || KoleoWeight == 0, "size", batch.Size, "at least 2, since KoLeo looks for neighbours in a batch");

        void Share(string member, double value) => check.That(value is >= 0 and <= 1, member, value, "from 0 to 1");

        void Size(string member, int size) =>
            check.That(size > 0 && size % Tower.PatchSize == 0, member, size, $"a positive multiple of \"tower.patchSize\", which is {Tower.PatchSize}");
    }
}

/// <summary>The size of DINO's heads: three dense layers down to a bottleneck, and prototypes of length 1.</summary>
public sealed record DinoHeadSettings
{
    /// <summary>The width of the two hidden layers; DINOv2 has 2048.</summary>
    public int HiddenWidth { get; init; } = 512;

    /// <summary>The width that is compared with prototypes; DINOv2 has 256.</summary>
    public int Bottleneck { get; init; } = 128;

    /// <summary>The number of prototypes; DINOv2 has 65536.</summary>
    public int Prototypes { get; init; } = 1024;
}
