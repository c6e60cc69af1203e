using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace CommSharp.Cli.Usage;

/// <summary>
/// Reads numbers as they are written everywhere: a decimal point, no separators of thousands, nothing infinite. Left to itself the parser takes
/// "0,7" for 7. It is laid over all verbs at once, so no option of a number can be without it.
/// </summary>
internal static class StrictNumbers
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign;
    private const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Gives every option and argument that is a number, and has no parser of its own, the strict one; subcommands' too.</summary>
    public static void Apply(Command command)
    {
        foreach (Symbol symbol in command.Options.Concat<Symbol>(command.Arguments))
        {
            Apply<int>(symbol, Whole);
            Apply<long>(symbol, Whole);
            Apply<uint>(symbol, Whole);
            Apply<ulong>(symbol, Whole);
            Apply<float>(symbol, Real);
            Apply<double>(symbol, Real);
            Apply<decimal>(symbol, Real);
        }

        foreach (Command subcommand in command.Subcommands)
        {
            Apply(subcommand);
        }
    }

    private static void Apply<T>(Symbol symbol, NumberStyles style)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        switch (symbol)
        {
            case Option<T> { CustomParser: null } option:
                option.CustomParser = result => One<T>(result, style) ?? default;
                break;
            case Option<T?> { CustomParser: null } option:
                option.CustomParser = result => One<T>(result, style);
                break;
            case Option<T[]> { CustomParser: null } option:
                option.CustomParser = result => Several<T>(result, style);
                break;
            case Argument<T> { CustomParser: null } argument:
                argument.CustomParser = result => One<T>(result, style) ?? default;
                break;
            case Argument<T?> { CustomParser: null } argument:
                argument.CustomParser = result => One<T>(result, style);
                break;
            case Argument<T[]> { CustomParser: null } argument:
                argument.CustomParser = result => Several<T>(result, style);
                break;
            default:
                break;
        }
    }

    private static T? One<T>(ArgumentResult result, NumberStyles style)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        result.Tokens.Count == 0 ? null : Parse<T>(result, result.Tokens[0].Value, style);

    private static T[] Several<T>(ArgumentResult result, NumberStyles style)
        where T : struct, INumber<T>, IMinMaxValue<T> => [.. result.Tokens.Select(token => Parse<T>(result, token.Value, style))];

    private static T Parse<T>(ArgumentResult result, string text, NumberStyles style)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out T value) && T.IsFinite(value))
        {
            return value;
        }

        bool isUnsigned = T.IsZero(T.MinValue);
        result.AddError(
            style == Real ? $"'{text}' is not a number; write it with a decimal point and without separators of thousands, such as 1234.5"
            : BigInteger.TryParse(text, Whole, CultureInfo.InvariantCulture, out BigInteger whole) && (whole.Sign > 0 || !isUnsigned)
                ? $"'{text}' is too {(whole.Sign > 0 ? $"large; {T.MaxValue} is the most" : $"small; {T.MinValue} is the least")}"
            : $"'{text}' is not a whole number{(isUnsigned ? " that is not negative" : "")}");
        return default;
    }
}
