using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using CommSharp.Answering;
using CommSharp.Cli.Asking;
using CommSharp.Generation;
using CommSharp.Imaging;
using CommSharp.Text;
using Spectre.Console;

namespace CommSharp.Cli.Commands;

/// <summary>A conversation that has ended.</summary>
internal sealed record ChatReport(IReadOnlyList<AnswerReport> Answers);

/// <summary>Several turns about pictures, in the terminal.</summary>
internal sealed class ChatCommand : Verb<ChatReport>
{
    private const string ImageWord = "/image", NewWord = "/new", ExitWord = "/exit", HelpWord = "/help";

    private static readonly string[] HelpLines =
    [
        $"{ImageWord} FILE  show a picture with the next question",
        $"{NewWord}         forget the conversation and its pictures",
        $"{ExitWord}        end",
        $"{HelpWord}        list these words",
        "anything else is asked; <point X,Y> and <box LEFT,TOP,RIGHT,BOTTOM> name places in the last picture, in its pixels",
    ];

    private readonly Argument<string?> _picture = new("PICTURE") { Description = "A picture to begin with.", Arity = ArgumentArity.ZeroOrOne };
    private readonly AnsweringOptions _answering = new();

    public ChatCommand()
        : base(
            "chat",
            $"Talk about pictures, turn by turn. {ImageWord} FILE shows one, {NewWord} begins anew, {ExitWord} or the end of input ends, {HelpWord} lists all words.",
            "commsharp chat photo.jpg --model my-comm")
    {
        Arguments.Add(_picture);
        _answering.AddTo(this);
    }

    protected override JsonTypeInfo<ChatReport> ResultJson => CliJson.Default.ChatReport;

    protected override Task<ChatReport> RunAsync(VerbContext context, CancellationToken cancellationToken) => Task.Run(() => ChatAsync(context, cancellationToken), cancellationToken);

    protected override void Render(ChatReport result, IAnsiConsole output)
    {
    }

    private async Task<ChatReport> ChatAsync(VerbContext context, CancellationToken cancellationToken)
    {
        GenerationOptions options = _answering.Generation(context);
        var state = new ChatState();
        if (context.OptionalValue(_picture) is { } first)
        {
            state.Show(_answering.Read(context, first));
        }

        using Assistant assistant = _answering.Load(context);
        var answers = new List<AnswerReport>();
        while (true)
        {
            if (context.IsTyped)
            {
                context.Notes.Write("> ");
            }

            string? line = (await ReadLineAsync())?.Trim();
            if (line is null or ExitWord)
            {
                return new ChatReport(answers);
            }

            Take(line);
        }

        // A terminal cannot be asked to give up a line, so Ctrl+C leaves the reading behind.
        Task<string?> ReadLineAsync() => Task.Run(context.Input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);

        void Take(string line)
        {
            try
            {
                if (line == NewWord)
                {
                    state = new ChatState();
                }
                else if (line.StartsWith(ImageWord + " ", StringComparison.Ordinal))
                {
                    RgbImage picture = _answering.Read(context, line[ImageWord.Length..].Trim());
                    AnsweringOptions.WarnOfCrop(context, assistant, picture);
                    state.Show(picture);
                }
                else if (line == HelpWord)
                {
                    Array.ForEach(HelpLines, context.Notes.WriteLine);
                }
                else if (line.StartsWith('/'))
                {
                    context.Notes.WriteLine($"commsharp: \"{line}\" is not understood; write {ImageWord} FILE, {NewWord}, {ExitWord}, {HelpWord}, or a question");
                }
                else if (line.Length > 0)
                {
                    answers.Add(Answer(line));
                }
            }
            catch (CommSharpException error)
            {
                context.Notes.WriteLine($"commsharp: {error.Message}"); // a slip does not end a conversation
            }
        }

        AnswerReport Answer(string line)
        {
            ImageGeometry? geometry = state.LastPicture is { } last ? assistant.GeometryOf(last) : null;
            Question question = state.Ask(PlacedQuestion.Parse(line).Write(assistant.Config.Boxes, geometry)) with { Options = options };
            Answer answer = assistant.Ask(question, context.IsJson ? null : context.Output.Write, cancellationToken);
            state.Answered(question, answer.Text);
            var report = AnswerReport.Of(line, answer);
            if (!context.IsJson)
            {
                context.Output.WriteLine();
                report.RenderBoxes(Terminal.On(context.Output));
            }

            return report;
        }
    }

    /// <summary>The conversation so far, and the pictures shown since the last question.</summary>
    private sealed class ChatState
    {
        private readonly List<Turn> _turns = [];
        private readonly List<RgbImage> _images = [];
        private int _new;

        /// <summary>The picture that boxes refer to.</summary>
        public RgbImage? LastPicture => _images.LastOrDefault();

        public void Show(RgbImage picture)
        {
            _images.Add(picture);
            _new++;
        }

        public Question Ask(string text)
        {
            var turn = new Turn(TurnRole.User, [.. Enumerable.Range(0, _new).Select(_ => new ImagePart()), new TextPart(text)]);
            return new Question { Conversation = new Conversation([.. _turns, turn]), Images = [.. _images] };
        }

        public void Answered(Question question, string text)
        {
            _turns.Clear();
            _turns.AddRange(question.Conversation.Turns);
            _turns.Add(Turn.Assistant(text));
            _new = 0;
        }
    }
}
