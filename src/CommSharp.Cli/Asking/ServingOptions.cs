using System.CommandLine;
using System.Net;
using CommSharp.Answering.Engine;
using CommSharp.Server;
using Spectre.Console;

namespace CommSharp.Cli.Asking;

/// <summary>The options of a server: where it listens, who may call, and how much may be asked for.</summary>
internal sealed class ServingOptions
{
    private const string KeyVariable = "COMMSHARP_API_KEY";
    private const int Mebi = 1 << 20;
    private const long Mega = 1_000_000;

    private static readonly ServerOptions Defaults = new();
    private static readonly AnswerEngineOptions EngineDefaults = new();

    private readonly Option<string> _host = new("--host") { Description = "The address to listen at; 0.0.0.0 for all of this machine's.", HelpName = "ADDRESS", DefaultValueFactory = _ => Defaults.Host };
    private readonly Option<int> _port = Number("--port", "The port to listen at; 0 for any that is free.", Defaults.Port);
    private readonly Option<string?> _name = new("--name") { Description = "The name that callers know the model by; the model's own by default.", HelpName = "NAME" };

    private readonly Option<string[]> _keys = new("--api-key")
    {
        Description = $"A key that callers must bring; may be given several times. {KeyVariable} by default, which other users of the machine cannot see.",
        HelpName = "KEY",
    };

    private readonly Option<int> _rate = Number("--rate", "How many requests a minute a key, or an address without one, may make; 0 for any number.", Defaults.RequestsPerMinute);
    private readonly Option<int> _concurrent = Number("--max-concurrent", "How many requests may be worked at.", Defaults.MaxConcurrent);
    private readonly Option<int> _bodyTimeout = Number("--body-timeout", "How many seconds the body of a request may take to come.", (int)Defaults.BodyTimeout.TotalSeconds);
    private readonly Option<int> _request = Number("--max-request-mib", "The largest body of a request.", (int)(Defaults.MaxRequestBytes / Mebi));
    private readonly Option<int> _image = Number("--max-image-mib", "The largest encoded picture.", Defaults.MaxImageBytes / Mebi);
    private readonly Option<int> _pixels = Number("--max-megapixels", "The largest picture.", (int)(Defaults.MaxPixels / Mega));
    private readonly Option<int> _pixelsTogether = Number("--max-megapixels-together", "How large the pictures of all requests may be at the same time.", (int)(Defaults.MaxPixelsTogether / Mega));
    private readonly Option<int> _pictures = Number("--max-pictures", "How many pictures a conversation may show.", Defaults.MaxPictures);
    private readonly Option<int> _phrases = Number("--max-phrases", "How many phrases one request may look for.", Defaults.MaxPhrases);
    private readonly Option<int?> _prompt = new("--max-prompt-tokens") { Description = "The longest prompt, pictures among it; the model's context by default.", HelpName = "N" };
    private readonly Option<int> _answer = Number("--max-output-tokens", "The longest answer that may be asked for.", Defaults.MaxOutputTokens);
    private readonly Option<int> _rows = Number("--together", "How many answers are generated together.", EngineDefaults.MaxRows);
    private readonly Option<int> _queue = Number("--queue", "How many questions may wait.", EngineDefaults.MaxQueue);

    private readonly Option<string[]> _hosts = new("--image-host")
    {
        Description = "A host that pictures may be fetched from: name, name:port or *.domain; may be given several times. None by default, and never private addresses.",
        HelpName = "HOST",
    };

    private readonly Option<int> _imageTimeout = Number("--image-timeout", "How many seconds fetching a picture may take.", (int)Defaults.ImageTimeout.TotalSeconds);
    private readonly Option<int> _grace = Number("--grace", "How many seconds answers in progress have to come to their end when the server is stopped.", (int)Defaults.Grace.TotalSeconds);
    private readonly Option<string?> _otlp = new("--otlp") { Description = "Where traces and metrics are sent by OpenTelemetry's protocol; nowhere by default.", HelpName = "URL" };

    public void AddTo(Command verb)
    {
        foreach (Option option in new Option[]
        {
            _host, _port, _name, _keys, _rate, _concurrent, _bodyTimeout, _request, _image, _pixels, _pixelsTogether, _pictures, _phrases, _prompt, _answer, _rows, _queue, _hosts, _imageTimeout, _grace, _otlp,
        })
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>What the server may do.</summary>
    public ServerOptions Server(VerbContext context)
    {
        var options = new ServerOptions
        {
            Host = context.Value(_host)!,
            Port = context.Value(_port),
            ModelName = context.Value(_name),
            ApiKeys = Keys(context),
            RequestsPerMinute = context.Value(_rate),
            MaxConcurrent = context.Value(_concurrent),
            BodyTimeout = TimeSpan.FromSeconds(context.Value(_bodyTimeout)),
            MaxRequestBytes = (long)context.Value(_request) * Mebi,
            MaxImageBytes = (int)Math.Clamp((long)context.Value(_image) * Mebi, int.MinValue, int.MaxValue),
            MaxPixels = context.Value(_pixels) * Mega,
            MaxPixelsTogether = context.Value(_pixelsTogether) * Mega,
            MaxPictures = context.Value(_pictures),
            MaxPhrases = context.Value(_phrases),
            MaxOutputTokens = context.Value(_answer),
            ImageHosts = context.Value(_hosts) ?? [],
            ImageTimeout = TimeSpan.FromSeconds(context.Value(_imageTimeout)),
            Grace = TimeSpan.FromSeconds(context.Value(_grace)),
            OtlpEndpoint = Otlp(context.Value(_otlp)),
        };
        return Checked(options, options.Validate);
    }

    /// <summary>What the engine may take.</summary>
    public AnswerEngineOptions Engine(VerbContext context)
    {
        var options = new AnswerEngineOptions { MaxRows = context.Value(_rows), MaxQueue = context.Value(_queue), LongestPrompt = context.Value(_prompt) };
        return Checked(options, options.Validate);
    }

    /// <summary>Says when anybody who reaches this machine may ask.</summary>
    public static void WarnOfStrangers(VerbContext context, ServerOptions options)
    {
        bool isLocal = options.Host == "localhost" || IPAddress.IsLoopback(IPAddress.Parse(options.Host));
        if (!isLocal && options.ApiKeys.Count == 0)
        {
            context.Notes.WriteLine($"commsharp: everybody who reaches this machine may ask; set {KeyVariable} to ask for a key");
        }
    }

    private static T Checked<T>(T options, Action validate)
    {
        try
        {
            validate();
            return options;
        }
        catch (CommSharpException error)
        {
            throw new UsageException(error.Message);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new UsageException($"{error.ParamName} is {error.ActualValue}, but must be at least 1.");
        }
    }

    private static Uri? Otlp(string? text) => text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address
        : throw new UsageException($"--otlp is \"{text}\", which is no address; write one such as http://localhost:4317.");

    private static Option<int> Number(string name, string description, int usual) => new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };

    private string[] Keys(VerbContext context) => context.Value(_keys) is { Length: > 0 } given ? given
        : Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? [key]
        : [];
}
