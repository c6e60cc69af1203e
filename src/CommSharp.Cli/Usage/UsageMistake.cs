using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace CommSharp.Cli.Usage;

/// <summary>
/// What is wrong with a command line, as one line of plain words: the first mistake in the order in which a person mends them. The parser's own
/// sentences speak of its workings, repeat themselves for every word, and do not name the option.
/// </summary>
internal static partial class UsageMistake
{
    /// <summary>The mistake; null when there is none, or when help is asked for.</summary>
    public static string? In(ParseResult parsed)
    {
        bool isRefused = parsed.Action is ParseErrorAction;
        return isRefused || parsed.Action == parsed.CommandResult.Command.Action
            ? UnknownOption(parsed) ?? (isRefused ? Unknown(parsed) ?? BadValue(parsed) ?? Missing(parsed) ?? Theirs(parsed) : null)
            : null;
    }

    /// <summary>The words that name the command behind the program's name: "data check".</summary>
    public static string NameOf(CommandResult command)
    {
        var words = new Stack<string>();
        for (CommandResult? each = command; each is { Command: not RootCommand }; each = each.Parent as CommandResult)
        {
            words.Push(each.Command.Name);
        }

        return string.Join(' ', words);
    }

    /// <summary>
    /// The parser takes an option that it does not know for an argument, as long as there is room for one: "ground photo.jpg cup --temprature 1"
    /// would look for three phrases. Behind "--" every word is meant as it is, and so is one with blanks.
    /// </summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        Token[] free = [.. parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)];
        IEnumerable<Token> taken = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens);
        string? word = taken.Where(token => free.Any(each => ReferenceEquals(each, token))).Select(token => token.Value)
            .Concat(parsed.UnmatchedTokens.Where(token => free.Any(each => each.Value == token)))
            .Where(text => OptionWord.IsMatch(text))
            .MinBy(text => Array.FindIndex(free, token => token.Value == text));
        if (word is null || (parsed.UnmatchedTokens is [var first, ..] && HasVerbs(parsed) && !OptionWord.IsMatch(first)))
        {
            return null;
        }

        string name = word.Split('=', ':')[0];
        string owner = parsed.CommandResult.Command is RootCommand ? "There is" : $"{NameOf(parsed.CommandResult)} has";
        string suggestion = Suggestion(name, Options(parsed).Select(option => option.Name));
        bool isText = suggestion.Length == 0 && !parsed.UnmatchedTokens.Contains(word);
        return $"{owner} no option {name}{suggestion}{(isText ? "; if it is meant as it is, put it last, behind --" : "")}";
    }

    private static string? Unknown(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string name = NameOf(parsed.CommandResult);
        string[] verbs = [.. command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name)];
        if (HasVerbs(parsed))
        {
            return parsed.UnmatchedTokens is [var word, ..]
                ? $"{(name.Length == 0 ? "There is" : $"{name} has")} no verb '{word}'{Suggestion(word, verbs)}"
                : $"{name} needs one of {string.Join(", ", verbs)}";
        }

        if (parsed.UnmatchedTokens.Count == 0)
        {
            return null;
        }

        string left = string.Join(", ", parsed.UnmatchedTokens.Select(word => $"'{word}'"));
        string takes = command.Arguments.Count == 0
            ? "options only"
            : $"{string.Join(' ', command.Arguments.Select(argument => argument.Name))}, and a text of several words needs quotes";
        return $"{name} has no use for {left}; it takes {takes}";
    }

    private static string? BadValue(ParseResult parsed)
    {
        foreach (ParseError error in parsed.Errors)
        {
            SymbolResult? result = error.SymbolResult is ArgumentResult { Parent: OptionResult parent } ? parent : error.SymbolResult;
            switch (result)
            {
                case OptionResult { Implicit: true }:
                    break; // a required option that is not there
                case OptionResult { Option: { } option } given when given.Tokens.Count < option.Arity.MinimumNumberOfValues:
                    return $"{option.Name} needs a value{(option.HelpName is { } value ? $": {option.Name} {value}" : "")}";
                case OptionResult { Option: { } option } given when given.Tokens.Count > option.Arity.MaximumNumberOfValues:
                    return $"{option.Name} is there {given.IdentifierTokenCount} times; give it once";
                case OptionResult { Option: { } option }:
                    return $"{option.Name}: {Proper(error.Message, option)}";
                case ArgumentResult { Argument: { } argument } given when given.Tokens.Count >= argument.Arity.MinimumNumberOfValues:
                    return $"{argument.Name}: {Proper(error.Message, argument)}";
                default:
                    break;
            }
        }

        return null;
    }

    private static string? Missing(ParseResult parsed)
    {
        string[] missing =
        [
            .. parsed.CommandResult.Command.Arguments
                .Where(argument => (parsed.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues)
                .Select(argument => argument.Name),
            .. Options(parsed).Where(option => option.Required && parsed.GetResult(option) is null or { Implicit: true })
                .Select(option => option.HelpName is { } value ? $"{option.Name} {value}" : option.Name),
        ];
        return missing.Length == 0 ? null : $"{NameOf(parsed.CommandResult)} needs {string.Join(", ", missing)}";
    }

    private static string Theirs(ParseResult parsed) => parsed.Errors[0].Message.ReplaceLineEndings(" ");

    /// <summary>A message of our own as it is, and the parser's in our words.</summary>
    private static string Proper(string message, Symbol symbol)
    {
        if (TheirValue.Match(message) is not { Success: true } match)
        {
            return message.ReplaceLineEndings(" ");
        }

        string[] listed = [.. Listed.Matches(message).Select(each => each.Groups[1].Value)];
        string[] allowed = listed.Length > 0 ? listed : [.. symbol.GetCompletions(CompletionContext.Empty).Select(completion => completion.Label)];
        string value = match.Groups[1].Value;
        return allowed.Length == 0 ? $"'{value}' is not a value that it takes" : $"'{value}' is none of {string.Join(", ", allowed)}";
    }

    private static bool HasVerbs(ParseResult parsed) => parsed.CommandResult.Command is { Subcommands.Count: > 0, Arguments.Count: 0 };

    /// <summary>The options that the command takes: its own, and those that commands above it pass down.</summary>
    private static IEnumerable<Option> Options(ParseResult parsed)
    {
        IEnumerable<Option> options = parsed.CommandResult.Command.Options;
        for (var above = parsed.CommandResult.Parent as CommandResult; above is not null; above = above.Parent as CommandResult)
        {
            options = options.Concat(above.Command.Options.Where(option => option.Recursive));
        }

        return options.Where(option => !option.Hidden);
    }

    private static string Suggestion(string word, IEnumerable<string> known) =>
        NearestWord.Find(word, known) is { } nearest ? $". Did you mean {nearest}?" : "";

    [GeneratedRegex(@"^--?[A-Za-z]\S*$")]
    private static partial Regex OptionWord { get; }

    [GeneratedRegex(@"^\s+'(.*?)'\r?$", RegexOptions.Multiline)]
    private static partial Regex Listed { get; }

    [GeneratedRegex("^(?:Argument|Cannot parse argument) '(.*?)' (?:not recognized|for (?:option|command|argument)|as expected)", RegexOptions.Singleline)]
    private static partial Regex TheirValue { get; }
}
