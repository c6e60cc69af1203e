using System.Globalization;

namespace CommSharp.Configuration;

/// <summary>Refuses the values of a config that cannot be, by the member's path.</summary>
/// <param name="Source">What errors call the config.</param>
/// <param name="Path">The path of the record at hand with a dot at its end; empty at the top.</param>
public readonly record struct MemberCheck(string Source, string Path = "")
{
    /// <summary>The most blocks of a tower or a decoder.</summary>
    public const int MostLayers = 1024;

    /// <summary>The largest width, vocabulary, or other size; products of two of them fit a long.</summary>
    public const int LargestSize = 1 << 20;

    /// <summary>The check of a member that is a record itself.</summary>
    public MemberCheck In(string member) => this with { Path = $"{Path}{member}." };

    /// <summary>A whole number within bounds.</summary>
    /// <exception cref="ConfigurationException">It is not.</exception>
    public void Range(string member, long value, long least, long most) =>
        That(value >= least && value <= most, member, value, $"from {least} to {most}");

    /// <summary>A finite number that is above zero.</summary>
    /// <exception cref="ConfigurationException">It is not.</exception>
    public void Positive(string member, double value) => That(value > 0 && double.IsFinite(value), member, value, "a positive number");

    /// <summary>Anything else.</summary>
    /// <exception cref="ConfigurationException">It does not hold.</exception>
    public void That(bool holds, string member, object value, string expected)
    {
        if (!holds)
        {
            string text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
            throw new ConfigurationException(Source, $"\"{Path}{member}\" is {text}, but must be {expected}.", Path + member);
        }
    }
}
