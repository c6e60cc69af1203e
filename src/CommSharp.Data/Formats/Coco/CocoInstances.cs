using CommSharp.Data.Reading;

namespace CommSharp.Data.Formats.Coco;

/// <summary>
/// Reads COCO's instances: one JSON object with "images", "annotations" and "categories" (cocodataset.org, data format, object detection). Pictures
/// and categories are held; annotations are read one by one, so a file of any size takes the memory of its pictures. The lists may stand in any
/// order, for which the file is read through once for each.
/// </summary>
public static class CocoInstances
{
    /// <summary>Reads the pictures.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad entries; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad entry is not borne.</exception>
    public static IEnumerable<CocoImage> ReadImages(string path, DataProblems? problems = null) => ReadDistinct(
        path,
        "images",
        field => new CocoImage(field.Place, field["id"].WholeNumber, field["file_name"].FilledText, new(field["width"].Side, field["height"].Side)),
        problems);

    /// <summary>Reads the categories.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad entries; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad entry is not borne.</exception>
    public static IEnumerable<CocoCategory> ReadCategories(string path, DataProblems? problems = null) => ReadDistinct(
        path,
        "categories",
        field => new CocoCategory(field.Place, field["id"].WholeNumber, field["name"].FilledText, field.Optional("supercategory")?.Text),
        problems);

    /// <summary>
    /// Reads the annotations, each with its picture and category. "iscrowd" is 0 where it is missing, "area" and "segmentation" may be missing, as
    /// tools write them that only know boxes; what is there must be right.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes bad entries; null to stop at the first.</param>
    /// <exception cref="DataException">The file cannot be read, or a bad entry is not borne.</exception>
    public static IEnumerable<CocoInstance> Read(string path, DataProblems? problems = null) => Read(path, _ => true, problems);

    /// <summary>Reads the annotations of which the id is wanted; of others nothing but the id is looked at.</summary>
    internal static IEnumerable<CocoInstance> Read(string path, Predicate<long> isWanted, DataProblems? problems)
    {
        var images = ReadImages(path, problems).ToDictionary(image => image.Id);
        var categories = ReadCategories(path, problems).ToDictionary(category => category.Id);
        IEnumerable<CocoInstance?> instances = ReadDistinct(
            path, "annotations", field => isWanted(field["id"].WholeNumber) ? ReadInstance(field, images, categories) : null, problems);
        foreach (CocoInstance? instance in instances)
        {
            if (instance is not null)
            {
                yield return instance;
            }
        }
    }

    private static CocoInstance ReadInstance(JsonField field, Dictionary<long, CocoImage> images, Dictionary<long, CocoCategory> categories)
    {
        CocoImage image = Known(images, field["image_id"], "images");
        CocoCategory category = Known(categories, field["category_id"], "categories");
        if (field.Optional("segmentation") is { } segmentation)
        {
            CocoSegmentation.Require(segmentation, image.Size);
        }

        return new CocoInstance(field.Place, field["id"].WholeNumber, image, category, field["bbox"].CornerAndSize, IsCrowd(field), Area(field));
    }

    private static bool IsCrowd(JsonField field) => field.Optional("iscrowd") switch
    {
        null => false,
        { } flag => flag.WholeNumber is 0 or 1 ? flag.WholeNumber == 1 : throw flag.Problem($"is {flag.WholeNumber}; 0 or 1 is needed"),
    };

    private static double? Area(JsonField field) => field.Optional("area") is not { } area
        ? null
        : area.Number >= 0 ? area.Number : throw area.Problem("is negative");

    private static T Known<T>(Dictionary<long, T> known, JsonField id, string list) => known.TryGetValue(id.WholeNumber, out T? found)
        ? found
        : throw id.Problem($"is {id.WholeNumber}, which no entry of '{list}' has as its id");

    /// <summary>Reads a list of which no two elements may have the same id.</summary>
    private static IEnumerable<T> ReadDistinct<T>(string path, string member, Func<JsonField, T> read, DataProblems? problems)
    {
        var ids = new HashSet<long>();
        IEnumerable<T> entries = JsonList.Read(
            path,
            member,
            field => ids.Add(field["id"].WholeNumber) ? read(field) : throw field["id"].Problem($"is {field["id"].WholeNumber}, as that of an earlier entry is"),
            problems);
        foreach (T entry in entries)
        {
            yield return entry;
        }
    }
}
