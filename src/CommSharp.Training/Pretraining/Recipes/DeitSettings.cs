using CommSharp.Configuration;
using CommSharp.Vision;

namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>DeiT (Touvron et al. 2021): a tower learns labels, and with a teacher also what that one says of the picture, by a token of its own.</summary>
public sealed record DeitSettings : ObjectiveSettings
{
    /// <summary>How much of the target goes to all classes alike, 0 to below 1.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>
    /// A tower's folder to learn from: a linear head is fitted on its features of training pictures, and the class that it names is the target of a
    /// distillation token (the paper's hard distillation). No token when null.
    /// </summary>
    public string? Teacher { get; init; }

    /// <summary>How many training pictures the teacher's head is fitted on.</summary>
    public int TeacherPictures { get; init; } = 2048;

    /// <summary>How pictures are varied.</summary>
    public ViewSettings View { get; init; } = new() { SmallestCrop = 0.3, Flip = 0.5, Brightness = 0.3, Contrast = 0.3, Saturation = 0.3 };

    /// <summary>The architecture, with the epsilon of Hugging Face's class.</summary>
    internal VisionTransformerConfig Architecture => Tower.Architecture with { NormEpsilon = 1e-12, DistillationToken = Teacher is not null };

    internal override void Validate(MemberCheck check, PictureBatchSettings batch)
    {
        base.Validate(check, batch);
        View.Validate(check.In("view"));
        check.That(LabelSmoothing is >= 0 and < 1, "labelSmoothing", LabelSmoothing, "from 0 to below 1");
        check.Range("teacherPictures", TeacherPictures, 1, 1 << 20);
    }
}
