using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace CommSharp.Chat;

/// <summary>JSON of chat messages that hold CommSharp's contents: <see cref="RegionContent"/> and the annotations of answers.</summary>
public static class CommChatJson
{
    /// <summary>The abstractions' own options (<see cref="AIJsonUtilities.DefaultOptions"/>) with CommSharp's types; frozen.</summary>
    public static JsonSerializerOptions Options { get; } = Freeze(AddTo(new JsonSerializerOptions(AIJsonUtilities.DefaultOptions)));

    /// <summary>Teaches options CommSharp's types, with the discriminators <c>box</c>, <c>point</c>, <c>boxProblem</c> and <c>region</c>.</summary>
    /// <param name="options">Options that know the abstractions' types, not frozen yet.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="InvalidOperationException">The options are frozen.</exception>
    public static JsonSerializerOptions AddTo(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.TypeInfoResolverChain.Insert(0, CommChatJsonContext.Default);
        for (int i = 0; i < options.TypeInfoResolverChain.Count; i++)
        {
            options.TypeInfoResolverChain[i] = options.TypeInfoResolverChain[i].WithAddedModifier(AddDerivedTypes);
        }

        return options;
    }

    private static void AddDerivedTypes(JsonTypeInfo type)
    {
        if (type.Type == typeof(AIContent))
        {
            Add(typeof(RegionContent), "region");
        }
        else if (type.Type == typeof(AIAnnotation))
        {
            Add(typeof(BoxAnnotation), "box");
            Add(typeof(PointAnnotation), "point");
            Add(typeof(BoxProblemAnnotation), "boxProblem");
        }

        void Add(Type derived, string name)
        {
            type.PolymorphismOptions ??= new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "$type" };
            if (type.PolymorphismOptions.DerivedTypes.All(known => known.DerivedType != derived))
            {
                type.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(derived, name));
            }
        }
    }

    private static JsonSerializerOptions Freeze(JsonSerializerOptions options)
    {
        options.MakeReadOnly();
        return options;
    }
}

/// <summary>Contracts of the types that the abstractions do not know.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BoxAnnotation))]
[JsonSerializable(typeof(PointAnnotation))]
[JsonSerializable(typeof(BoxProblemAnnotation))]
[JsonSerializable(typeof(RegionContent))]
internal sealed partial class CommChatJsonContext : JsonSerializerContext;
