using System.Text.Json;
using CommSharp.Configuration;
using CommSharp.Vision;
using CsCheck;

namespace CommSharp.Tests.Vision;

public sealed class LayerSelectionTests
{
    [Theory]
    [InlineData("all", 4, new[] { 1, 2, 3, 4 })]
    [InlineData("half", 4, new[] { 3, 4 })]
    [InlineData("half", 5, new[] { 3, 4, 5 })]
    [InlineData("-2", 24, new[] { 23 })]
    [InlineData("19..24", 24, new[] { 19, 20, 21, 22, 23, 24 })]
    [InlineData("last:6", 24, new[] { 19, 20, 21, 22, 23, 24 })]
    [InlineData("6, 12,18,24", 24, new[] { 6, 12, 18, 24 })]
    [InlineData("0", 3, new[] { 0 })]
    [InlineData("-5", 4, new[] { 0 })]
    [InlineData("-1,-3", 6, new[] { 4, 6 })]
    public void Selections_resolve_to_blocks_counted_from_one(string text, int depth, int[] expected) =>
        Assert.Equal(expected, LayerSelection.Parse(text).Resolve(depth));

    [Theory]
    [InlineData("19..24", 12)]
    [InlineData("0..2147483647", 12)]
    [InlineData("1..2147483647", 12)]
    [InlineData("last:5", 4)]
    [InlineData("-6", 4)]
    [InlineData("4,-1", 4)]
    public void What_a_tower_lacks_is_an_error_that_names_its_depth(string text, int depth) =>
        Assert.Contains($"{depth} blocks", Assert.Throws<CommSharpException>(() => LayerSelection.Parse(text).Resolve(depth)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("deep")]
    [InlineData("last:0")]
    [InlineData("last:-1")]
    [InlineData("7..3")]
    [InlineData("1,,2")]
    [InlineData("1..2..3")]
    public void Other_texts_are_refused(string text) => Assert.Throws<FormatException>(() => LayerSelection.Parse(text));

    [Fact]
    public void Every_selection_reads_back_from_its_text() =>
        Gen.OneOf(
            Gen.Const(LayerSelection.All),
            Gen.Const(LayerSelection.Half),
            Gen.Int[1, 40].Select(LayerSelection.Last),
            Gen.Select(Gen.Int[0, 40], Gen.Int[0, 40], (first, more) => LayerSelection.Range(first, first + more)),
            Gen.Int[-40, 40].Array[1, 6].Select(layers => LayerSelection.Of(layers)))
            .Sample(selection => selection == JsonSerializer.Deserialize<LayerSelection>(JsonSerializer.Serialize(selection, CommJson.Options), CommJson.Options));

    [Fact]
    public void A_config_may_write_numbers() =>
        Assert.Equal(LayerSelection.Of(6, 12), JsonSerializer.Deserialize<LayerSelection>("[6, 12]", CommJson.Options));
}
