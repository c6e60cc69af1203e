using CommSharp.Grounding;

namespace CommSharp.Tests.Grounding;

public sealed class BoxFormatTests
{
    [Theory]
    [InlineData(0.0625, "0.062")]
    [InlineData(0.1875, "0.188")]
    [InlineData(0.0005, "0.001")]
    [InlineData(0.0125, "0.013")]
    [InlineData(0.9995, "1.000")]
    [InlineData(-0.0, "0.000")]
    [InlineData(-3, "0.000")]
    [InlineData(1.0000001, "1.000")]
    public void Numbers_are_clamped_and_rounded_as_Python_does(double value, string text) =>
        Assert.Equal($"[{text},0.500]", BoxFormat.Shikra.Write(new NormalizedPoint(value, 0.5)));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_no_number_is_not_written(double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BoxFormat.Shikra.Write(new NormalizedPoint(value, 0.5)));

    [Fact]
    public void Tags_have_whole_numbers() => Assert.Equal(
        "<ref>a dog</ref><box>(0,500),(999,999)</box>", BoxFormat.QwenVl.Write("a dog", [new NormalizedBox(0, 0.5005, 1, 1)]));

    [Fact]
    public void Marks_and_boxes_must_agree_in_number()
    {
        var error = Assert.Throws<CommSharpException>(() => BoxFormat.Shikra.Fill("a <boxes> b", []));
        Assert.Equal("The text has 1 marks <boxes>, but 0 lists of boxes; each mark needs one.", error.Message);
    }
}
