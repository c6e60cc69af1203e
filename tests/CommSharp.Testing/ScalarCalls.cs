using System.Reflection;
using System.Reflection.Emit;
using CommSharp.Layers;
using TorchSharp;

namespace CommSharp.Testing;

/// <summary>
/// Finds calls after which nothing keeps a number alive that native code still reads: TorchSharp's conversions of numbers to <see cref="Scalar"/>,
/// and those of its methods that make one themselves, directly or through others. Which these are is read from TorchSharp's own instructions, so
/// that another version of it brings its own list.
/// </summary>
public static class ScalarCalls
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Module TorchSharpModule = typeof(Scalar).Module;

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    private static readonly Lazy<HashSet<int>> Makers = new(FindMakers);

    /// <summary>Fails when an assembly makes such a call.</summary>
    /// <param name="assembly">One of ours.</param>
    public static void AssertNone(Assembly assembly) => Assert.Empty(In(assembly));

    /// <summary>The calls in an assembly, as "type.method calls type.method".</summary>
    /// <param name="assembly">Any that uses TorchSharp.</param>
    public static IReadOnlyList<string> In(Assembly assembly) =>
    [
        .. from method in Methods(assembly)
           from called in Called(method)
           where MakesScalar(called) ? !Keeps(method) : called.Module == TorchSharpModule && Makers.Value.Contains(called.MetadataToken)
           let parameters = string.Join(", ", called.GetParameters().Select(parameter => parameter.ParameterType.Name))
           select $"{method.DeclaringType}.{method.Name} calls {called.DeclaringType}.{called.Name}({parameters})",
    ];

    // The only exception: it keeps each number until the call with it has returned, or for ever.
    private static bool Keeps(MethodBase method) =>
        method.DeclaringType == typeof(TensorArithmetic) || method.DeclaringType?.DeclaringType == typeof(TensorArithmetic);

    private static bool MakesScalar(MethodBase called) =>
        called.DeclaringType == typeof(ScalarExtensionMethods)
        || (called.DeclaringType == typeof(Scalar) && called is { Name: "op_Implicit" or ".ctor" });

    private static HashSet<int> FindMakers()
    {
        var callers = new Dictionary<int, List<int>>();
        var makers = new HashSet<int>();
        Type?[] conversions = [typeof(Scalar), typeof(ScalarExtensionMethods)];
        foreach (MethodBase method in Methods(typeof(Scalar).Assembly).Where(method => !conversions.Contains(method.DeclaringType)))
        {
            foreach (MethodBase called in Called(method))
            {
                if (MakesScalar(called))
                {
                    makers.Add(method.MetadataToken);
                }
                else if (called.Module == TorchSharpModule)
                {
                    int token = called.MetadataToken;
                    (callers.TryGetValue(token, out List<int>? known) ? known : callers[token] = []).Add(method.MetadataToken);
                }
            }
        }

        var waiting = new Queue<int>(makers);
        while (waiting.TryDequeue(out int maker))
        {
            foreach (int caller in callers.GetValueOrDefault(maker, []).Where(makers.Add))
            {
                waiting.Enqueue(caller);
            }
        }

        return makers;
    }

    private static IEnumerable<MethodBase> Methods(Assembly assembly) =>
        assembly.GetTypes().SelectMany(type => type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)));

    private static IEnumerable<MethodBase> Called(MethodBase method)
    {
        byte[] il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[] ofType = method.DeclaringType!.GetGenericArguments(), ofMethod = method is MethodInfo ? method.GetGenericArguments() : [];
        for (int at = 0; at < il.Length;)
        {
            int value = il[at++];
            OpCode code = OpCodesByValue[value == 0xFE ? (value << 8) | il[at++] : value]; // 0xFE begins the codes of two bytes
            if (code.OperandType == OperandType.InlineMethod)
            {
                yield return method.Module.ResolveMethod(BitConverter.ToInt32(il, at), ofType, ofMethod)!;
            }

            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }
}
