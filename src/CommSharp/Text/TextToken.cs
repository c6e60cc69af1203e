namespace CommSharp.Text;

/// <summary>A token and the characters of the text that it stands for.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Start">The first character.</param>
/// <param name="End">
/// The character after the last. The bytes of one character all have that character; a space that the text does not have takes none.
/// </param>
public readonly record struct TextToken(int Id, int Start, int End);
