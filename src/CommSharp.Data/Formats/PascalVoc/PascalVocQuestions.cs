namespace CommSharp.Data.Formats.PascalVoc;

/// <summary>
/// Makes questions of the annotations of Pascal VOC: one kind at a time, picture by picture in the split's order, class by class in the words' order.
/// Objects that VOC calls difficult are asked about nowhere, and where one could change an answer the question is left out.
/// </summary>
public static class PascalVocQuestions
{
    /// <summary>Reads a data set's folder and makes the questions of a kind.</summary>
    /// <param name="folder">The folder that holds Annotations and ImageSets.</param>
    /// <param name="kind">What is asked.</param>
    /// <param name="options">Of which pictures; null for all of them.</param>
    /// <exception cref="DataException">The folder or the list cannot be read, or a bad file or line is not borne.</exception>
    public static IEnumerable<PascalVocQuestion> Read(string folder, PascalVocQuestionKind kind, PascalVocQuestionOptions? options = null)
    {
        options ??= new PascalVocQuestionOptions();
        IEnumerable<NumberedAnnotation> pictures = PascalVocFolder.ReadNumbered(folder, options.Split, options.Takes, options.Problems);
        return Make(pictures, kind, options.Words ?? ClassWords.Of(folder), options.MostBoxes);
    }

    /// <summary>Makes the questions of a kind. Counting and presence need all annotations at once, the others one at a time.</summary>
    /// <param name="pictures">The annotations with their numbers in the split.</param>
    /// <param name="kind">What is asked.</param>
    /// <param name="words">The words for the classes.</param>
    /// <param name="mostBoxes">The most boxes that are asked for at once.</param>
    internal static IEnumerable<PascalVocQuestion> Make(
        IEnumerable<NumberedAnnotation> pictures, PascalVocQuestionKind kind, ClassWords words, int mostBoxes = PascalVocQuestionOptions.UsualMostBoxes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostBoxes, 1);
        return kind switch
        {
            PascalVocQuestionKind.Referring => pictures.SelectMany(picture => Referring(picture, words)),
            PascalVocQuestionKind.Detection => pictures.SelectMany(picture => Detection(picture, words, mostBoxes)),
            PascalVocQuestionKind.Region => pictures.SelectMany(picture => Regions(picture, words)),
            PascalVocQuestionKind.Counting => Counting(pictures, words),
            PascalVocQuestionKind.Presence => Presence(pictures, words),
            PascalVocQuestionKind.Caption => pictures.SelectMany(picture => Caption(picture, words)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind."),
        };
    }

    /// <summary>A class with one object is asked for as "the white blood cell", which means nothing else in the picture.</summary>
    private static IEnumerable<PascalVocQuestion> Referring(NumberedAnnotation picture, ClassWords words) =>
        from name in picture.Classes(words)
        let objects = picture.Of(name)
        where objects.Length == 1 && objects[0].IsDifficult != true
        select picture.Ask(PascalVocQuestionKind.Referring, name) with { Words = $"the {words[name].Singular}", Regions = [objects[0].Box] };

    private static IEnumerable<PascalVocQuestion> Detection(NumberedAnnotation picture, ClassWords words, int mostBoxes) =>
        from name in picture.Classes(words)
        let objects = picture.Of(name)
        where objects.All(each => each.IsDifficult != true)
        select picture.Ask(PascalVocQuestionKind.Detection, name) with
        {
            Words = objects.Length > mostBoxes ? FormattableString.Invariant($"the first {mostBoxes} {words[name].Plural} from the left") : $"all {words[name].Plural}",
            Regions = [.. objects.Select(each => each.Box).OrderBy(box => box.X1).ThenBy(box => box.Y1).ThenBy(box => box.X2).ThenBy(box => box.Y2).Take(mostBoxes)],
        };

    private static IEnumerable<PascalVocQuestion> Regions(NumberedAnnotation picture, ClassWords words) =>
        from each in picture.Annotation.Objects.Index()
        where each.Item.IsDifficult != true
        select picture.Ask(PascalVocQuestionKind.Region, each.Item.Name) with
        {
            Id = FormattableString.Invariant($"{picture.Annotation.Name}/{each.Index}"),
            Place = each.Item.Place,
            Regions = [each.Item.Box],
            Answer = words[each.Item.Name].Singular,
        };

    /// <summary>Each class that is there, and of those that are not one, another one from picture to picture: nothing is as well a number as 1.</summary>
    private static IEnumerable<PascalVocQuestion> Counting(IEnumerable<NumberedAnnotation> pictures, ClassWords words)
    {
        NumberedAnnotation[] all = [.. pictures];
        IReadOnlyList<string> classes = words.InOrder(all.SelectMany(picture => picture.Annotation.Objects).Select(each => each.Name));
        foreach (NumberedAnnotation picture in all)
        {
            string[] missing = [.. classes.Where(name => picture.Of(name).Length == 0)];
            string? absent = missing.Length > 0 ? missing[picture.Number % missing.Length] : null;
            foreach (string name in classes.Where(name => name == absent || (picture.Of(name).Length > 0 && !picture.HasDifficult(name))))
            {
                yield return picture.Ask(PascalVocQuestionKind.Counting, name) with
                {
                    Words = words[name].Plural,
                    Answer = picture.Of(name).Length.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    Evidence = [.. picture.Of(name).Select(each => each.Box)],
                };
            }
        }
    }

    /// <summary>
    /// For each class as many pictures with it as without it, so that neither "yes" nor the class tells the answer. Where there are more of one sort,
    /// they are taken in equal steps.
    /// </summary>
    private static IEnumerable<PascalVocQuestion> Presence(IEnumerable<NumberedAnnotation> pictures, ClassWords words)
    {
        NumberedAnnotation[] all = [.. pictures];
        IReadOnlyList<string> classes = words.InOrder(all.SelectMany(picture => picture.Annotation.Objects).Select(each => each.Name));
        var asked = new HashSet<(int Picture, string Class)>();
        foreach (string name in classes)
        {
            NumberedAnnotation[] with = [.. all.Where(picture => picture.Of(name).Any(each => each.IsDifficult != true))];
            NumberedAnnotation[] without = [.. all.Where(picture => picture.Of(name).Length == 0)];
            int count = Math.Min(with.Length, without.Length);
            asked.UnionWith(InSteps(with, count).Concat(InSteps(without, count)).Select(picture => (picture.Number, name)));
        }

        return
            from picture in all
            from name in classes
            where asked.Contains((picture.Number, name))
            select picture.Ask(PascalVocQuestionKind.Presence, name) with
            {
                Words = words[name].Plural,
                Answer = picture.Of(name).Length > 0 ? "yes" : "no",
                Evidence = [.. picture.Of(name).Select(each => each.Box)],
            };
    }

    /// <summary>"12 red blood cells, 1 white blood cell and 1 platelet."</summary>
    private static IEnumerable<PascalVocQuestion> Caption(NumberedAnnotation picture, ClassWords words)
    {
        string[] parts = [.. picture.Classes(words).Select(name => words[name].Counted(picture.Of(name).Length))];
        return parts.Length == 0 || picture.Annotation.Objects.Any(each => each.IsDifficult == true)
            ? []
            :
            [
                picture.Ask(PascalVocQuestionKind.Caption, null) with
                {
                    Answer = (parts.Length == 1 ? parts[0] : $"{string.Join(", ", parts.SkipLast(1))} and {parts[^1]}") + ".",
                },
            ];
    }

    private static IEnumerable<NumberedAnnotation> InSteps(NumberedAnnotation[] pictures, int count) =>
        Enumerable.Range(0, count).Select(i => pictures[(int)((long)i * pictures.Length / count)]);
}
