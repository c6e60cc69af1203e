using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CommSharp.Configuration;
using CommSharp.Layers;
using CommSharp.Multimodal;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Tests.Multimodal;

public sealed partial class PresetTests
{
    public static TheoryData<string> Names => [.. Presets.Names];

    [Fact]
    public void The_published_models_are_there() =>
        Assert.Equal(["comm-13b", "comm-7b", "comm-small", "llava-1.5-13b", "llava-1.5-7b", "shikra-7b", "tabletop"], Presets.Names);

    /// <summary>Shapes without memory: a 13B model builds in a second.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_preset_has_the_shapes_that_were_approved(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using var model = new MultimodalModel(Presets.Load(name), TensorOptions.Meta);
        Assert.All(model.parameters(), parameter => Assert.Equal(DeviceType.META, parameter.device_type));
        Approved.Check($"tests/CommSharp.Tests/Multimodal/Manifests/{name}.txt", Manifest(model));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_preset_survives_being_written_and_read(string name)
    {
        MultimodalConfig preset = Presets.Load(name);
        string written = ConfigurationFile.Format(preset);
        Assert.Equal(written, ConfigurationFile.Format(ConfigurationFile.Parse<MultimodalConfig>(name, written)));
    }

    [Fact]
    public void A_name_that_is_no_preset_lists_the_presets() =>
        Assert.Contains("comm-7b", Assert.Throws<CommSharpException>(() => Presets.Load("comm-70b")).Message, StringComparison.Ordinal);

    /// <summary>One line per tensor of a block and per shape, with the block numbers that share it.</summary>
    private static string Manifest(MultimodalModel model)
    {
        var manifest = new StringBuilder();
        long total = 0;
        var groups = model.state_dict()
            .Select(pair => (Pattern: BlockNumber().Replace(pair.Key, ".*."), pair.Key, Shape: string.Join(", ", pair.Value.shape), Count: pair.Value.numel()))
            .GroupBy(entry => (entry.Pattern, entry.Shape));
        foreach (var group in groups)
        {
            manifest.Append(CultureInfo.InvariantCulture, $"{group.Key.Pattern} [{group.Key.Shape}] x {group.Count()}\n");
            total += group.Sum(entry => entry.Count);
        }

        return manifest.Append(CultureInfo.InvariantCulture, $"{total:N0} parameters\n").ToString();
    }

    [GeneratedRegex(@"(?<=blocks|layers|transforms)\.\d+\.")]
    private static partial Regex BlockNumber();
}
