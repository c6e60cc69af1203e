namespace CommSharp.Data.Formats.Mme;

/// <summary>MME's tasks, in the order in which its calculation.py adds them.</summary>
public static class MmeTasks
{
    /// <summary>The ten tasks of perception.</summary>
    public static IReadOnlyList<string> Perception { get; } =
        ["existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark", "artwork", "OCR"];

    /// <summary>The four tasks of cognition.</summary>
    public static IReadOnlyList<string> Cognition { get; } = ["commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning"];

    /// <summary>All tasks.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Perception, .. Cognition];
}
