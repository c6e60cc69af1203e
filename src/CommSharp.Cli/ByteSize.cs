using System.Globalization;

namespace CommSharp.Cli;

/// <summary>Numbers of bytes as people write them: 5GB, 700 MB, 4096. A kilobyte has 1000 bytes, as on a disk's label and in Hugging Face's shards.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1)];

    /// <summary>Reads a size.</summary>
    /// <exception cref="CommSharpException">It is none.</exception>
    public static long Parse(string text)
    {
        string trimmed = text.Trim();
        (string unit, long bytes) = Units.FirstOrDefault(each => trimmed.EndsWith(each.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        bool isNumber = decimal.TryParse(trimmed[..^unit.Length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out decimal number);
        decimal size = isNumber && number < 1_000_000_000 ? number * bytes : 0;
        return size is >= 1 and <= long.MaxValue
            ? (long)size
            : throw new CommSharpException($"'{text}' is no size; write a number with B, KB, MB, GB or TB, such as 5GB.");
    }

    /// <summary>A size with three digits that matter.</summary>
    public static string Format(long size)
    {
        (string unit, long bytes) = Units.First(each => size >= each.Bytes || each.Bytes == 1);
        decimal number = (decimal)size / bytes;
        string digits = bytes == 1 || number >= 100 ? "0" : number >= 10 ? "0.0" : "0.00";
        return $"{number.ToString(digits, CultureInfo.InvariantCulture)} {unit}";
    }
}
