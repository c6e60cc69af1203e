namespace CommSharp.Data.Tasks;

/// <summary>What a question asks for; each has wordings of its own, which hold "&lt;image&gt;" and at most one placeholder more.</summary>
public enum TemplateKind
{
    /// <summary>Where something is (REC): "&lt;expr&gt;" is what to look for.</summary>
    Referring,

    /// <summary>Words that fit one region only (REG): "&lt;objs&gt;" is its box.</summary>
    RegionDescription,

    /// <summary>What a region shows (grounded captioning, GC): "&lt;objs&gt;" is its box.</summary>
    RegionCaption,

    /// <summary>A caption of the whole picture.</summary>
    Caption,

    /// <summary>A caption whose phrases have boxes, as in Flickr30k Entities.</summary>
    GroundedCaption,

    /// <summary>A short answer: "&lt;question&gt;" is the question.</summary>
    ShortAnswer,

    /// <summary>An answer with its reasons in words: "&lt;question&gt;" is the question.</summary>
    ReasoningText,

    /// <summary>An answer with its reasons, in which things have boxes: "&lt;question&gt;" is the question.</summary>
    ReasoningBoxes,

    /// <summary>An answer with its reasons, in which things have points: "&lt;question&gt;" is the question.</summary>
    ReasoningPoints,

    /// <summary>Where several things are: "&lt;expr&gt;" says which, as "all platelets".</summary>
    Detection,

    /// <summary>Of what class the thing in a region is: "&lt;objs&gt;" is its box.</summary>
    RegionClass,

    /// <summary>How many of something there are: "&lt;expr&gt;" is what, in the plural.</summary>
    Counting,

    /// <summary>Whether there is something: "&lt;expr&gt;" is what, in the plural.</summary>
    Presence,

    /// <summary>How many of what there are, all of it.</summary>
    Inventory,
}
