using CommSharp.Runtime;
using static TorchSharp.torch;

namespace CommSharp.Cli;

/// <summary>A dtype that an option takes. As a text it is what a person writes, so help shows defaults in the same words.</summary>
internal sealed record DtypeChoice(ScalarType Type)
{
    /// <summary>Reads what a person wrote.</summary>
    /// <exception cref="NativeRuntimeException">It is no dtype to compute in.</exception>
    public static DtypeChoice Parse(string text) => new(DtypeName.Parse(text));

    public override string ToString() => DtypeName.Format(Type);
}
