using System.Text.RegularExpressions;
using CommSharp.Data.Tabletop.Files;
using CommSharp.Imaging;

namespace CommSharp.Evaluation.Tests.Benchmarks;

/// <summary>The files of every benchmark in their official layout, made of the fixtures.</summary>
internal static partial class OfficialLayout
{
    private static readonly string Fixtures = Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures");

    /// <summary>Writes the files of one benchmark.</summary>
    public static void Write(string benchmark, TemporaryFolder folder, string name)
    {
        switch (benchmark.Split('-')[0] == "reg" ? benchmark.Split('-')[1] : benchmark.Split('-')[0])
        {
            case "refcoco" or "refcoco+":
                Copy("formats/refcoco/refs(unc).p", "refs(unc).p");
                WriteRefCocoRest();
                break;
            case "refcocog":
                // The fixture's references have the splits of RefCOCO; those of RefCOCOg by UMD are called otherwise.
                string references = File.ReadAllText(Path.Combine(Fixtures, "formats/refcoco/refs(google).p"), System.Text.Encoding.Latin1);
                folder.Write($"{name}/refs(umd).p", System.Text.Encoding.Latin1.GetBytes(references.Replace("testA", "test", StringComparison.Ordinal).Replace("testB", "test", StringComparison.Ordinal)));
                WriteRefCocoRest();
                break;
            case "pope":
                Copy("formats/shikra/coco_pope_random.jsonl", $"coco_{benchmark.Replace('-', '_')}.json");
                CopyPictures("val2014");
                break;
            case "mme":
                foreach (string file in Directory.EnumerateFiles(Path.Combine(Fixtures, "formats/mme"), "*", SearchOption.AllDirectories))
                {
                    string relative = Path.GetRelativePath(Fixtures, file);
                    Copy(relative, Path.GetRelativePath("formats/mme", relative));
                }

                break;
            case "vqav2":
                WriteQuestions("metrics/vqa/v2_OpenEnded_mscoco_val2014_questions.json", benchmark);
                Copy("metrics/vqa/v2_mscoco_val2014_annotations.json", "v2_mscoco_val2014_annotations.json");
                break;
            case "okvqa":
                WriteQuestions("metrics/okvqa/OpenEnded_mscoco_val2014_questions.json", benchmark);
                Copy("metrics/okvqa/mscoco_val2014_annotations.json", "mscoco_val2014_annotations.json");
                break;
            case "coco":
                Copy("formats/coco/annotations/captions_train2014.json", "annotations/captions_val2014.json");
                CopyPictures("val2014");
                break;
            case "flickr30k":
                Copy("formats/flickr30k/dataset_flickr30k.json", "dataset_flickr30k.json");
                foreach (string file in Directory.EnumerateFiles(Path.Combine(Fixtures, "formats/flickr30k/flickr30k_images")))
                {
                    Copy($"formats/flickr30k/flickr30k_images/{Path.GetFileName(file)}", $"flickr30k_images/{Path.GetFileName(file)}");
                }

                break;
            case "tabletop":
                WriteScenes(folder, name);
                break;
            case "voc":
                WriteBoxes(folder, name);
                break;
            default:
                Assert.Fail($"No layout of {benchmark} is known here; add it.");
                break;
        }

        void Copy(string fixture, string to) => folder.Write($"{name}/{to}", File.ReadAllBytes(Path.Combine(Fixtures, fixture)));

        void CopyPictures(string to)
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Fixtures, "formats/coco/train2014")))
            {
                Copy($"formats/coco/train2014/{Path.GetFileName(file)}", $"{to}/{Path.GetFileName(file)}");
            }
        }

        void WriteRefCocoRest()
        {
            Copy("formats/refcoco/instances.json", "instances.json");
            CopyPictures("train2014");
        }

        void WriteQuestions(string fixture, string of)
        {
            string subtype = of switch { "vqav2-test" => "test2015", "vqav2-test-dev" => "test-dev2015", _ => "val2014" };
            string text = File.ReadAllText(Path.Combine(Fixtures, fixture)).Replace("\"val2014\"", $"\"{subtype}\"", StringComparison.Ordinal);
            folder.Write($"{name}/{Path.GetFileName(fixture).Replace("val2014", subtype, StringComparison.Ordinal)}", text);
            string pictures = subtype.Replace("test-dev", "test", StringComparison.Ordinal);
            byte shade = 0;
            foreach (string id in ImageId().Matches(text).Select(match => match.Groups[1].Value).Distinct())
            {
                string file = folder.Write($"{name}/{pictures}/COCO_{pictures}_{id.PadLeft(12, '0')}.jpg");
                PngFile.Write(file, new RgbImage(6, 4, [.. Enumerable.Repeat(shade++, 72)])); // pictures are told by their bytes, not by their names
            }
        }
    }

    /// <summary>Four pictures to train on, with 1, 1, 2 and 0 cats, and three to ask about, with 2, 1 and 0.</summary>
    private static void WriteBoxes(TemporaryFolder folder, string name)
    {
        VocFolder.Thing cat = new("cat", (1, 1, 20, 30)), other = new("cat", (21, 1, 40, 30)), cell = new("WBC", (11, 6, 30, 25));
        VocFolder.WritePicture(folder, name, "t1", cat, cell);
        VocFolder.WritePicture(folder, name, "t2", cat);
        VocFolder.WritePicture(folder, name, "t3", cat, other);
        VocFolder.WritePicture(folder, name, "t4", cell);
        VocFolder.WriteSplit(folder, name, "train", "t1", "t2", "t3", "t4");
        VocFolder.WritePicture(folder, name, "v1", cat, other, cell);
        VocFolder.WritePicture(folder, name, "v2", cat);
        VocFolder.WritePicture(folder, name, "v3", cell);
        VocFolder.WriteSplit(folder, name, "val", "v1", "v2", "v3");
    }

    /// <summary>The test split of a small tabletop world.</summary>
    internal static void WriteScenes(TemporaryFolder folder, string name)
    {
        WorldFolder.Write(folder[$"{name}-world"], new WorldFolderOptions { Train = 0, Validation = 0, Test = 12 });
        Directory.Move(folder[$"{name}-world", "test"], folder[name]);
    }

    [GeneratedRegex("\"image_id\": (\\d+)")]
    private static partial Regex ImageId();
}
