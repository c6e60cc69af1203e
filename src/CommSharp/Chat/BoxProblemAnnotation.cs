using Microsoft.Extensions.AI;

namespace CommSharp.Chat;

/// <summary>A part of an answer that looks like a box and could not be read, or lies outside of the picture; the region is that part, counted in the answer's whole text.</summary>
public sealed class BoxProblemAnnotation : AIAnnotation
{
    /// <summary>What is wrong with it, in words.</summary>
    public string Message { get; set; } = "";
}
