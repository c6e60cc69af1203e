using CommSharp.Data.Tabletop.World;

namespace CommSharp.Data.Tabletop.Questions;

/// <summary>What a question asks for.</summary>
public enum QuestionSort
{
    /// <summary>How many objects look so.</summary>
    Count,

    /// <summary>What colour an object has.</summary>
    Colour,

    /// <summary>What shape an object has.</summary>
    Shape,

    /// <summary>What pattern an object has.</summary>
    Pattern,

    /// <summary>Whether an object of a look is there.</summary>
    Existence,

    /// <summary>Whether there are more of one kind than of another, or one object is larger than another.</summary>
    Comparison,

    /// <summary>Whether an object is on a side of another.</summary>
    Relation,
}

/// <summary>A question about a scene with its answer.</summary>
/// <param name="Sort">What it asks for.</param>
/// <param name="Text">The question.</param>
/// <param name="Answer">The answer, a word or a number.</param>
/// <param name="Evidence">The objects that it speaks of: the one whose colour is asked, those that are counted, both that are compared. None where nothing is there of what is asked.</param>
public sealed record WorldQuestion(QuestionSort Sort, string Text, string Answer, IReadOnlyList<SceneObject> Evidence);

/// <summary>A question about the object at a point.</summary>
/// <param name="Text">The question, as "What colour is this?".</param>
/// <param name="Answer">The answer.</param>
/// <param name="Shown">The object.</param>
/// <param name="Point">A point on which nothing but it lies.</param>
public sealed record PlaceQuestion(string Text, string Answer, SceneObject Shown, ScenePoint Point);
