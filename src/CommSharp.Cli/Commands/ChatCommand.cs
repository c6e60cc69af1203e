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
        RgbImage? first = context.OptionalValue(_picture) is { } file ? _answering.Read(context, file) : null;
        using Assistant assistant = _answering.Load(context);
        var talk = new Talk(context, assistant, options, file => _answering.Read(context, file), cancellationToken);
        if (first is not null)
        {
            talk.Show(first);
        }

        while (true)
        {
            if (context.IsTyped)
            {
                context.Notes.Write("> ");
            }

            string? line = (await ReadLineAsync())?.Trim();
            if (line is null or ExitWord)
            {
                return new ChatReport(talk.Answers);
            }

            talk.Take(line);
        }

        // A terminal cannot be asked to give up a line, so Ctrl+C leaves the reading behind.
        Task<string?> ReadLineAsync() => Task.Run(context.Input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
    }

    /// <summary>What is said on both sides, line by line.</summary>
    private sealed class Talk(
        VerbContext context, Assistant assistant, GenerationOptions options, Func<string, RgbImage> read, CancellationToken cancellationToken)
    {
        private ChatState _state = new();

        public List<AnswerReport> Answers { get; } = [];

        public void Show(RgbImage picture)
        {
            AnsweringOptions.WarnOfCrop(context, assistant, picture);
            _state.Show(picture);
        }

        /// <summary>Does what a line says. A slip does not end a conversation.</summary>
        public void Take(string line)
        {
            try
            {
                Follow(line);
            }
            catch (CommSharpException error)
            {
                context.Notes.WriteLine($"commsharp: {error.Message}");
            }
        }

        private void Follow(string line)
        {
            if (line == NewWord)
            {
                _state = new ChatState();
            }
            else if (line == HelpWord)
            {
                Array.ForEach(HelpLines, context.Notes.WriteLine);
            }
            else if (line.StartsWith(ImageWord + " ", StringComparison.Ordinal))
            {
                Show(read(line[ImageWord.Length..].Trim()));
            }
            else if (line.StartsWith('/'))
            {
                context.Notes.WriteLine(
                    $"commsharp: \"{line}\" is not understood; write {ImageWord} FILE, {NewWord}, {ExitWord}, {HelpWord}, or a question");
            }
            else if (line.Length > 0)
            {
                Answers.Add(Answer(line));
            }
        }

        private AnswerReport Answer(string line)
        {
            ImageGeometry? geometry = _state.LastPicture is { } last ? assistant.GeometryOf(last) : null;
            Question question = _state.Ask(PlacedQuestion.Parse(line).Write(assistant.Config.Boxes, geometry)) with { Options = options };
            Answer answer = assistant.Ask(question, context.IsJson ? null : context.Output.Write, cancellationToken);
            _state.Answered(question, answer.Text);
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
