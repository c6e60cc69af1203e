using CommSharp.Data.Tasks;

namespace CommSharp.Data.Datasets;

/// <summary>What a task is made of.</summary>
/// <param name="Templates">The wordings; null for the built-in ones.</param>
/// <param name="Path">The data set's file or folder.</param>
/// <param name="Own">Takes what must live as long as the task, such as an open file.</param>
public sealed record TaskSetup(QuestionTemplates? Templates, string Path, Action<IDisposable> Own);

/// <summary>Makes the samples of a data set's records.</summary>
/// <param name="Count">How many samples a record has.</param>
/// <param name="Make">Makes one of them, counted from 0.</param>
public sealed record RecordSamples(Func<IDataRecord, int> Count, Func<IDataRecord, int, SampleChance, TaskSample> Make);

/// <summary>One way to ask a format's records, under a name that a recipe can state.</summary>
/// <param name="Format">The format's name, one of <see cref="Formats.DataFormats"/>.</param>
/// <param name="Name">The task's name, such as "rec"; no other task of the format has it.</param>
/// <param name="Templates">The kind of wordings that it asks with; null for conversations that bring their own words.</param>
/// <param name="Ready">Readies the task for a data set's records, all of which must be of the format.</param>
public sealed record DatasetTask(string Format, string Name, TemplateKind? Templates, Func<TaskSetup, RecordSamples> Ready)
{
    /// <summary>Whether its samples are a picture and a caption alone, to be written without system sentence and names: LLaVA's first stage.</summary>
    public bool IsPlain { get; init; }

    /// <summary>
    /// Makes the records that are asked about of those that the format reads, where these are not the same, such as questions about single objects of
    /// annotated pictures; null where they are. It is given the chosen records, each with its number among all, and the data set's path.
    /// </summary>
    public Func<IEnumerable<(int Number, IDataRecord Record)>, string, IEnumerable<IDataRecord>>? Expand { get; init; }

    /// <summary>A task that makes one sample of each record.</summary>
    internal static DatasetTask Of<TRecord>(string format, string name, TemplateKind? templates, Func<TaskSetup, ISampleTask<TRecord>> make)
        where TRecord : IDataRecord => new(format, name, templates, setup =>
        {
            ISampleTask<TRecord> task = make(setup);
            return new RecordSamples(_ => 1, (record, _, chance) => task.Make((TRecord)record, chance));
        });

    /// <summary>A task that makes a sample of each of a record's items, such as a picture's captions.</summary>
    internal static DatasetTask OfEach<TRecord, TItem>(
        string format,
        string name,
        TemplateKind? templates,
        Func<TRecord, IReadOnlyList<TItem>> items,
        Func<TaskSetup, Func<TRecord, TItem, SampleChance, TaskSample>> make)
        where TRecord : IDataRecord => new(format, name, templates, setup =>
        {
            Func<TRecord, TItem, SampleChance, TaskSample> task = make(setup);
            return new RecordSamples(
                record => items((TRecord)record).Count, (record, item, chance) => task((TRecord)record, items((TRecord)record)[item], chance));
        });
}
