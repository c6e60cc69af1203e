using System.Buffers;
using System.Text;

namespace CommSharp.Evaluation.Metrics.Vqa;

/// <summary>
/// How the VQA evaluation makes answers alike before it compares them. Source of the rules: the VQA v2 evaluation, vqaEval.py; lmms-eval,
/// vqa_eval_metric.py. What looks like a mistake is theirs.
/// </summary>
public static class VqaNormalization
{
    private const string Signs = ";/[]\"{}()=+\\_-><@`,?!";
    private const int MostStops = 32; // the reference passes a flag whose value is 32 where a number of replacements is expected

    private static readonly SearchValues<char> Marks = SearchValues.Create(Signs + ".");

    /// <summary>What is done to every answer: line ends and tabs become blanks, and white space around is removed.</summary>
    public static string Clean(string answer) => PythonText.Strip(answer.Replace('\n', ' ').Replace('\t', ' '));

    /// <summary>
    /// The first step. All occurrences of a sign are deleted if one of them has a blank beside it, or if a comma stands between digits anywhere;
    /// otherwise they become blanks. Then full stops that no digit follows are deleted, 32 at most.
    /// </summary>
    public static string WithoutPunctuation(string answer) => WithoutPunctuation(answer, severalCommas: false);

    /// <summary>The second step: lower case, numbers up to ten as digits, no articles, contractions with their apostrophes, single blanks.</summary>
    public static string WithoutArticles(string answer) => string.Join(
        ' ',
        PythonText.Words(PythonText.Lower(answer)).Select(AsDigits).Where(word => word is not ("a" or "an" or "the")).Select(VqaContractions.PutRight));

    /// <summary>Both steps.</summary>
    public static string Normalize(string answer) => WithoutArticles(WithoutPunctuation(answer));

    /// <summary>Both steps as lmms-eval does them: several commas between digits count like one.</summary>
    internal static string NormalizeLmmsEval(string answer) => WithoutArticles(WithoutPunctuation(answer, severalCommas: true));

    /// <summary>What lmms-eval does to a model's answer before anything else: lower case, no commas and question marks, a blank before 's.</summary>
    internal static string PrepareLmmsEval(string answer) => Clean(PythonText.Strip(PythonText.Lower(answer)
        .Replace(",", "", StringComparison.Ordinal).Replace("?", "", StringComparison.Ordinal).Replace("'s", " 's", StringComparison.Ordinal)));

    private static string WithoutPunctuation(string answer, bool severalCommas)
    {
        if (!answer.AsSpan().ContainsAny(Marks))
        {
            return answer;
        }

        bool deletesAll = HasCommaBetweenDigits(answer, severalCommas);
        string text = answer;
        foreach (char sign in Signs.Where(answer.Contains))
        {
            text = deletesAll || HasBlankBeside(answer, sign) ? text.Replace(sign.ToString(), "", StringComparison.Ordinal) : text.Replace(sign, ' ');
        }

        return WithoutStops(text);
    }

    private static bool HasBlankBeside(string text, char sign)
    {
        for (int at = text.IndexOf(sign); at >= 0; at = text.IndexOf(sign, at + 1))
        {
            if ((at > 0 && text[at - 1] == ' ') || (at + 1 < text.Length && text[at + 1] == ' '))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasCommaBetweenDigits(string text, bool several)
    {
        for (int at = text.IndexOf(','); at >= 0; at = text.IndexOf(',', at + 1))
        {
            int end = at + 1;
            while (several && end < text.Length && text[end] == ',')
            {
                end++;
            }

            if (PythonText.IsDigit(text, at - 1) && PythonText.IsDigit(text, end))
            {
                return true;
            }
        }

        return false;
    }

    private static string WithoutStops(string text)
    {
        var rest = new StringBuilder(text.Length);
        int stops = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '.' && stops < MostStops && !PythonText.IsDigit(text, i + 1))
            {
                stops++;
            }
            else
            {
                rest.Append(text[i]);
            }
        }

        return rest.ToString();
    }

    private static string AsDigits(string word) => word switch
    {
        "none" or "zero" => "0",
        "one" => "1",
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        "seven" => "7",
        "eight" => "8",
        "nine" => "9",
        "ten" => "10",
        _ => word,
    };
}
