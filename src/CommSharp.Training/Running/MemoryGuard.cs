using CommSharp.Training.Planning;
using CommSharp.Training.Recipes;
using TorchSharp;

namespace CommSharp.Training.Running;

/// <summary>Refuses a recipe for which there cannot be enough memory, before anything of it is loaded.</summary>
internal static class MemoryGuard
{
    /// <summary>
    /// Compares the plan with what there is. Refused is only what even its shortest samples could not do in all of the memory; what may become too much is noted.
    /// </summary>
    /// <exception cref="CommSharpException">It cannot fit; names what would make it.</exception>
    public static void RequireRoom(RecipeFile recipe, TrainingOptions options)
    {
        DeviceMemory memory = options.Memory ?? DeviceMemory.Of(options.Device);
        if (memory is not { Total: { } total, Available: { } available })
        {
            options.Note($"the memory of {options.Device} is not known, so the memory plan was not compared with it");
            return;
        }

        var plan = RecipePlan.Of(recipe, options.Device.type != DeviceType.CPU);
        if (plan.Memory.Least > total && !options.IgnoresMemoryPlan)
        {
            throw new CommSharpException(plan.Problem(total));
        }

        if (plan.Memory.Needed > available)
        {
            options.Note($"the longest samples may need {RecipePlan.Size(plan.Memory.Needed)}, and {RecipePlan.Size(available)} are free; commsharp inspect --train says what saves memory");
        }
    }
}
