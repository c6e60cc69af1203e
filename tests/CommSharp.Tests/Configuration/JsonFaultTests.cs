using CommSharp.Configuration;
using CommSharp.Vision;

namespace CommSharp.Tests.Configuration;

public sealed class JsonFaultTests
{
    [Theory]
    [InlineData("", "is not valid JSON: it is empty; copy or download it again")]
    [InlineData(" \n ", "is not valid JSON: it is empty; copy or download it again")]
    [InlineData("{", "is not valid JSON: it is cut off at line 1, column 2; copy or download it again")]
    [InlineData("{\n  \"hidden_size\": 64,\n  \"name\": \"é", "is not valid JSON: it is cut off at line 3, column 13; copy or download it again")]
    [InlineData("{\n  \"é\": 1, x\n}", "is not valid JSON at line 2, column 11; correct it there, or copy or download it again")]
    [InlineData("<html>login</html>", "is not valid JSON at line 1, column 1; correct it there, or copy or download it again")]
    [InlineData("{} {}", "is not valid JSON at line 1, column 4; correct it there, or copy or download it again")]
    [InlineData("{\"a\": 1, \"a\": 2}", "is not valid JSON: a member stands twice in one object; remove one")]
    [InlineData("{\"a\": \"\\ud800\"}", "is not valid JSON: a text in it is no whole Unicode, such as half a character; correct it, or copy or download it again")]
    public void A_file_of_others_that_is_no_json_is_told_by_line_and_column(string json, string problem)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("config.json", json);
        Assert.Equal($"{file}: {problem}.", Assert.Throws<ConfigurationException>(() => HuggingFaceConfig.Read(file)).Message);
    }

    [Theory]
    [InlineData("{\n  \"width\": 64,", "is not valid JSON: it is cut off at line 2, column 15; copy or download it again")]
    [InlineData("{\n  \"width\": 64,,", "is not valid JSON at line 2, column 15; correct it there, or copy or download it again")]
    [InlineData("// a comment\n{", "is not valid JSON: it is cut off at line 2, column 2; copy or download it again")]
    public void Our_own_file_that_is_no_json_is_told_alike(string json, string problem) =>
        Assert.Equal($"a.json: {problem}.", Assert.Throws<ConfigurationException>(() => ConfigurationFile.Parse<VisionTransformerConfig>("a.json", json)).Message);

    [Fact]
    public void A_file_that_is_not_there_is_told_without_its_path_twice()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in new[] { folder["config.json"], folder["nowhere", "config.json"] })
        {
            string expected = $"{file}: there is no such file; check the path";
            Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => HuggingFaceConfig.Read(file)).Message);
            Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => ConfigurationFile.Read<VisionTransformerConfig>(file)).Message);
        }
    }
}
