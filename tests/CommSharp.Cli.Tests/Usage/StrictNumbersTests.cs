using System.CommandLine;
using CommSharp.Cli.Usage;

namespace CommSharp.Cli.Tests.Usage;

public sealed class StrictNumbersTests
{
    private static readonly Option<double> Real = new("--real");
    private static readonly Option<double?> Perhaps = new("--perhaps");
    private static readonly Option<int> Whole = new("--whole") { DefaultValueFactory = _ => 512 };
    private static readonly Option<ulong> Seed = new("--seed");
    private static readonly Option<double[]> Several = new("--several");
    private static readonly Argument<int> Count = new("COUNT") { Arity = ArgumentArity.ZeroOrOne };

    [Theory]
    [InlineData("'0,7' is not a number; write it with a decimal point", "--real", "0,7")]
    [InlineData("'1,000.5' is not a number", "--real", "1,000.5")]
    [InlineData("'0,7' is not a number", "--perhaps", "0,7")]
    [InlineData("'0,7' is not a number", "--several", "0.5", "--several", "0,7")]
    [InlineData("'NaN' is not a number", "--real", "NaN")]
    [InlineData("'1e999' is not a number", "--real", "1e999")]
    [InlineData("'many' is not a whole number", "--whole", "many")]
    [InlineData("'1,000' is not a whole number", "--whole", "1,000")]
    [InlineData("'0.5' is not a whole number", "--whole", "0.5")]
    [InlineData("'99999999999' is too large; 2147483647 is the most", "--whole", "99999999999")]
    [InlineData("'-99999999999' is too small; -2147483648 is the least", "--whole", "-99999999999")]
    [InlineData("'-3' is not a whole number that is not negative", "--seed", "-3")]
    [InlineData("'1,0' is not a whole number", "1,0")]
    public void What_could_be_misread_is_refused(string message, params string[] arguments) =>
        Assert.StartsWith(message, Assert.Single(Parse(arguments).Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void Numbers_are_read_as_they_are_written_everywhere()
    {
        ParseResult parsed = Parse("-3", "--real", "-1.5e-1", "--perhaps", ".5", "--seed", "18446744073709551615", "--several", "1", "--several", "2.5");
        Assert.Empty(parsed.Errors);
        Assert.Equal((-0.15, 0.5, ulong.MaxValue, -3), (parsed.GetValue(Real), parsed.GetValue(Perhaps), parsed.GetValue(Seed), parsed.GetValue(Count)));
        Assert.Equal([1, 2.5], parsed.GetValue(Several)!);
    }

    [Fact]
    public void What_is_not_given_keeps_its_default()
    {
        ParseResult parsed = Parse();
        Assert.Equal((0.0, null, 512, 0UL, 0), (parsed.GetValue(Real), parsed.GetValue(Perhaps), parsed.GetValue(Whole), parsed.GetValue(Seed), parsed.GetValue(Count)));
    }

    /// <summary>Of a subcommand, since those have to be reached as well.</summary>
    private static ParseResult Parse(params string[] arguments)
    {
        var verb = new Command("verb") { Real, Perhaps, Whole, Seed, Several, Count };
        var root = new RootCommand { verb };
        StrictNumbers.Apply(root);
        return root.Parse(["verb", .. arguments]);
    }
}
