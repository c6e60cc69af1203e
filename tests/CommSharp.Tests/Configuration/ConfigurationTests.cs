using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Multimodal;
using CommSharp.Vision;

namespace CommSharp.Tests.Configuration;

public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("vision.branches[0].layrs=half", "layrs")]
    [InlineData("colour=red", "colour")]
    [InlineData("vision.branches[0].merge={\"kind\":\"average\"}", "average")]
    [InlineData("vision.branches[0].layers=deep", "no layer selection")]
    [InlineData("vision.combine=concatchannel", "combine")]
    [InlineData("vision.combine=1", "combine")]
    [InlineData("language.architecture.width=null", "width")]
    [InlineData("vision.branches[0].architecture.depth=\"many\"", "depth")]
    [InlineData("vision=null", "vision")]
    public void A_wrong_member_is_an_error_that_names_it(string change, string named)
    {
        var error = Assert.Throws<ConfigurationException>(() => Presets.Load("comm-7b", change));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("comm-7b: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("layers")]
    [InlineData("vision.branches[9].layers=half")]
    [InlineData("vision.branches.layers=half")]
    [InlineData("name[0]=x")]
    [InlineData("a..b=1")]
    public void A_change_that_fits_nowhere_is_refused(string change) =>
        Assert.Contains(change, Assert.Throws<ConfigurationException>(() => Presets.Load("comm-7b", change)).Message, StringComparison.Ordinal);

    [Fact]
    public void Changes_apply_in_order()
    {
        MultimodalConfig config = Presets.Load(
            "comm-7b", "vision.branches[1].layers=last:2", "vision.branches[1].layers=half", "vision.branches[0].merge.normalization=softmax", "name=null");
        Assert.Equal(LayerSelection.Half, config.Vision.Branches[1].Layers);
        Assert.Equal(ScaleNormalization.Softmax, Assert.IsType<LayerscaleMerge>(config.Vision.Branches[0].Merge).Normalization);
        Assert.Null(config.Name);
    }

    /// <summary>Generated readers would lose them; see docs/decisions/0003.</summary>
    [Fact]
    public void Members_that_are_left_out_have_their_defaults()
    {
        VisionBranchConfig branch = Presets.Load("llava-1.5-7b").Vision.Branches[0];
        Assert.Equal(new SelectMerge(), branch.Merge);
        Assert.True(branch.Architecture.PositionedPrefix);
        Assert.Equal(1e-5, Assert.IsType<LayerscaleMerge>(Presets.Load("comm-7b").Vision.Branches[0].Merge).NormEpsilon);
    }

    /// <summary>The schema with which editors complete presets is made of the records themselves.</summary>
    [Fact]
    public void The_schema_is_that_of_the_records()
    {
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = DescribeLayers };
        JsonNode schema = CommJson.Options.GetJsonSchemaAsNode(typeof(MultimodalConfig), options);
        Approved.Check("presets/schema/commsharp.schema.json", schema.ToJsonString(CommJson.Options) + "\n");
    }

    [Fact]
    public void A_file_appears_complete_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        ConfigurationFile.Write(folder["commsharp.json"], Presets.Load("shikra-7b"));
        Assert.Equal(["commsharp.json"], folder.Entries);
        Assert.Equal(32003, ConfigurationFile.Read<MultimodalConfig>(folder["commsharp.json"]).Language.Architecture.VocabularySize);
    }

    private static JsonNode DescribeLayers(JsonSchemaExporterContext context, JsonNode schema) => context.TypeInfo.Type == typeof(LayerSelection)
        ? JsonNode.Parse("""{ "description": "all, half, -2, 19..24, last:6, or numbers", "type": ["string", "integer", "array"] }""")!
        : schema;
}
