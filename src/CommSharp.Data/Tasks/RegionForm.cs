using CommSharp.Imaging;

namespace CommSharp.Data.Tasks;

/// <summary>How a question or an answer shows a place.</summary>
public enum RegionForm
{
    /// <summary>As a box.</summary>
    Box,

    /// <summary>As a point.</summary>
    Point,

    /// <summary>As either, each as likely; as a box in evaluations.</summary>
    Either,
}

/// <summary>Shows places.</summary>
internal static class RegionForms
{
    /// <summary>The place as a part of a turn.</summary>
    public static SamplePart Show(this RegionForm form, PixelBox box, PixelPoint point, SampleChance chance) =>
        form == RegionForm.Point || (form == RegionForm.Either && chance.Happens(0.5)) ? new SamplePoints([point]) : new SampleBoxes([box]);
}
