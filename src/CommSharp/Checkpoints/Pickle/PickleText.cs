using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace CommSharp.Checkpoints.Pickle;

/// <summary>The text forms of protocol 0. Each returns null when the text is not of that form.</summary>
internal static class PickleText
{
    // As Python itself bounds it: reading decimals takes time that grows with the square of their number.
    private const int MostDigits = 4300;

    public static string Bytes(ReadOnlySpan<byte> bytes) => (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);

    /// <summary><c>I</c>: a decimal, or 00 and 01 for False and True.</summary>
    public static object? Int(ReadOnlySpan<byte> line) => line switch
    {
        [(byte)'0', (byte)'0'] => false,
        [(byte)'0', (byte)'1'] => true,
        _ => Decimal(line),
    };

    /// <summary><c>L</c>: a decimal with Python 2's trailing L, or without.</summary>
    public static object? Long(ReadOnlySpan<byte> line) => Decimal(line is [.. var digits, (byte)'L'] ? digits : line);

    /// <summary><c>F</c>: what repr writes, with inf and nan.</summary>
    public static double? Float(ReadOnlySpan<byte> line) => line switch
    {
        [(byte)'i', (byte)'n', (byte)'f'] => double.PositiveInfinity,
        [(byte)'-', (byte)'i', (byte)'n', (byte)'f'] => double.NegativeInfinity,
        [(byte)'n', (byte)'a', (byte)'n'] => double.NaN,
        _ => double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null,
    };

    /// <summary>A memo's number in text.</summary>
    public static uint? Index(ReadOnlySpan<byte> line) =>
        uint.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out uint index) ? index : null;

    /// <summary><c>S</c>: a byte string as repr writes it, quoted and with escapes.</summary>
    public static string? Quoted(ReadOnlySpan<byte> line)
    {
        if (line is not [(byte)'\'' or (byte)'"', .. var inner, var close] || close != line[0])
        {
            return null;
        }

        var bytes = new byte[inner.Length];
        int count = 0;
        while (!inner.IsEmpty)
        {
            int used = 1;
            byte value = inner[0];
            if (value == '\\' && (used = Escape(inner, out value)) == 0)
            {
                return null;
            }

            inner = inner[used..];
            bytes[count++] = value;
        }

        return Bytes(bytes.AsSpan(0, count));
    }

    /// <summary><c>V</c>: Latin-1 with <c>\uXXXX</c> and <c>\UXXXXXXXX</c>.</summary>
    public static string? RawUnicode(ReadOnlySpan<byte> line)
    {
        var text = new StringBuilder(line.Length);
        while (!line.IsEmpty)
        {
            int digits = line is [(byte)'\\', (byte)'u', ..] ? 4 : line is [(byte)'\\', (byte)'U', ..] ? 8 : 0;
            if (digits == 0)
            {
                text.Append((char)line[0]);
                line = line[1..];
                continue;
            }

            if (Hexadecimal(line[2..], digits) is not { } code || code > 0x10FFFF)
            {
                return null;
            }

            if (code > 0xFFFF)
            {
                text.Append(new Rune(code).ToString());
            }
            else
            {
                text.Append((char)code);
            }

            line = line[(2 + digits)..];
        }

        return text.ToString();
    }

    private static object? Decimal(ReadOnlySpan<byte> digits)
    {
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
        {
            return value;
        }

        return digits.Length <= MostDigits
            && BigInteger.TryParse(Encoding.Latin1.GetString(digits), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large)
                ? large
                : null;
    }

    /// <summary>How many bytes the escape at the start takes, or 0 when there is no such escape.</summary>
    private static int Escape(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < 2)
        {
            return 0;
        }

        if (text[1] == 'x')
        {
            if (Hexadecimal(text[2..], 2) is not { } code)
            {
                return 0;
            }

            value = (byte)code;
            return 4;
        }

        int place = "\\'\"abfnrtv".IndexOf((char)text[1]);
        if (place < 0)
        {
            return 0;
        }

        value = (byte)"\\'\"\a\b\f\n\r\t\v"[place];
        return 2;
    }

    private static int? Hexadecimal(ReadOnlySpan<byte> text, int digits) =>
        text.Length >= digits
        && int.TryParse(text[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
        && value >= 0
            ? value
            : null;
}
