using CommSharp.Checkpoints;
using CommSharp.Checkpoints.Pickle;
using CommSharp.Data.Formats.Coco;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.RefCoco;

/// <summary>
/// Reads the references of RefCOCO, RefCOCO+ and RefCOCOg: a pickle with a list of references, and COCO's instances for pictures and boxes (REFER,
/// refer.py). The pickle is held (50 MB at most); of the instances only those that are referred to. "file_name", "sent_ids" and "tokens" are not
/// read: the picture is that of "image_id", and the others repeat what the sentences say.
/// </summary>
public static class RefCocoReferences
{
    /// <summary>What COCO's instances are called beside the references.</summary>
    public const string InstancesName = "instances.json";

    private static readonly string[] Splits = ["train", "val", "test", "testA", "testB"];

    /// <summary>Reads the expressions in the order of the file, each sentence of a reference as one record.</summary>
    /// <param name="path">The references: refs(unc).p, refs(google).p or refs(umd).p.</param>
    /// <param name="instances">COCO's instances; null for the file instances.json beside the references.</param>
    /// <param name="split">train, val, testA, testB or test; null for all.</param>
    /// <param name="problems">Takes bad references and sentences; null to stop at the first.</param>
    /// <exception cref="DataException">A file cannot be read, the pickle holds anything but plain data, or a bad record is not borne.</exception>
    public static IEnumerable<RefCocoExpression> Read(string path, string? instances = null, string? split = null, DataProblems? problems = null)
    {
        var file = new DataPlace(path);
        if (split is not null && !Splits.Contains(split))
        {
            throw new DataException(file, $"has no split {Printable.Name(split)}; RefCOCO's are {string.Join(", ", Splits)}");
        }

        instances ??= Path.Combine(Path.GetDirectoryName(path) ?? "", InstancesName);
        var ids = new HashSet<long>();
        List<Reference> references =
            [.. DataProblems.Read(Elements(file), field => ReadReference(field, ids), problems).Where(each => split is null || each.Split == split)];
        Dictionary<long, CocoInstance> targets = ReadTargets(instances, references, problems);
        var sentences = new HashSet<long>();
        foreach (Reference reference in DataProblems.Read(references, each => each with { Target = TargetOf(each, targets, instances) }, problems))
        {
            foreach (RefCocoExpression each in DataProblems.Read(reference.Sentences, sentence => ReadSentence(sentence, reference, sentences), problems))
            {
                yield return each;
            }
        }
    }

    private static IEnumerable<PickleField> Elements(DataPlace file)
    {
        object? root;
        try
        {
            root = PickleReader.ReadFile(file.File, PickleAllowList.Empty);
        }
        catch (CheckpointException error)
        {
            string start = $"{file.File}: ";
            throw new DataException(file, error.Message.StartsWith(start, StringComparison.Ordinal) ? error.Message[start.Length..] : error.Message, error);
        }

        return root is List<object?> list
            ? list.Select((item, i) => new PickleField(file with { Record = i }, item))
            : throw new DataException(file, "is not a list of references; is it one of REFER's refs(...).p?");
    }

    private static Reference ReadReference(PickleField field, HashSet<long> ids)
    {
        long id = field["ref_id"].WholeNumber;
        if (!ids.Add(id))
        {
            throw field["ref_id"].Problem($"is {id}, as that of an earlier reference is");
        }

        string split = field["split"].FilledText;
        return Splits.Contains(split)
            ? new Reference(id, split, field["image_id"], field["ann_id"], field["category_id"], field["sentences"].Items)
            : throw field["split"].Problem($"is {Printable.Name(split)} in reference {id}; {string.Join(", ", Splits)} are known");
    }

    private static Dictionary<long, CocoInstance> ReadTargets(string instances, List<Reference> references, DataProblems? problems)
    {
        HashSet<long> wanted = [.. references.Select(reference => reference.AnnotationId.Value).OfType<long>()];
        return CocoInstances.Read(instances, wanted.Contains, problems).ToDictionary(instance => instance.AnnotationId);
    }

    private static CocoInstance TargetOf(Reference reference, Dictionary<long, CocoInstance> targets, string instances)
    {
        if (!targets.TryGetValue(reference.AnnotationId.WholeNumber, out CocoInstance? target))
        {
            throw reference.AnnotationId.Problem(
                $"is {reference.AnnotationId.Value} in reference {reference.Id}, and {instances} holds no such annotation that is right");
        }

        RequireSame(reference, reference.ImageId, target.Image.Id);
        RequireSame(reference, reference.CategoryId, target.Category.Id);
        return target;
    }

    private static void RequireSame(Reference reference, PickleField field, long ofTarget)
    {
        if (field.WholeNumber != ofTarget)
        {
            throw field.Problem($"is {field.WholeNumber} in reference {reference.Id}, but its annotation {reference.AnnotationId.Value} has {ofTarget}");
        }
    }

    private static RefCocoExpression ReadSentence(PickleField sentence, Reference reference, HashSet<long> ids)
    {
        long id = sentence["sent_id"].WholeNumber;
        return ids.Add(id)
            ? new RefCocoExpression
            {
                Place = sentence.Place,
                RefId = reference.Id,
                SentenceId = id,
                Split = reference.Split,
                Text = sentence["sent"].FilledText,
                RawText = sentence["raw"].FilledText,
                Target = reference.Target!,
            }
            : throw sentence["sent_id"].Problem($"is {id} in reference {reference.Id}, as that of an earlier sentence is");
    }

    private sealed record Reference(
        long Id,
        string Split,
        PickleField ImageId,
        PickleField AnnotationId,
        PickleField CategoryId,
        IEnumerable<PickleField> Sentences,
        CocoInstance? Target = null);
}
