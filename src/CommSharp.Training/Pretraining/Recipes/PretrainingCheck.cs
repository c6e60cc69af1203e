using CommSharp.Configuration;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Pretraining.Recipes;

/// <summary>Refuses recipes that cannot be meant, before anything is loaded.</summary>
internal static class PretrainingCheck
{
    private const int MostPictures = 1 << 20;

    /// <exception cref="CommSharpException">Names the first bad member by its path.</exception>
    public static void Validate(PretrainingRecipe recipe, string source)
    {
        var check = new MemberCheck(source);
        check.That(recipe.Format == PretrainingRecipe.CurrentFormat, "format", recipe.Format, $"{PretrainingRecipe.CurrentFormat}, which this version reads");
        check.That(recipe.Name.Trim().Length > 0, "name", "empty", "a name");
        MemberCheck batch = check.In("batch");
        batch.Range("size", recipe.Batch.Size, 1, MostPictures);
        batch.Range("accumulation", recipe.Batch.Accumulation, 1, MostPictures);
        recipe.Objective.Validate(check.In("objective"), recipe.Batch);
        Validate(recipe.Data, check.In("data"));
        check.That(
            recipe.Objective is ClipSettings || recipe.Data is not CaptionSource { Regions: not null }, "data.regions", "given", "left out: CLIP alone learns regions");
        if (recipe.Probe is { } probe)
        {
            MemberCheck at = check.In("probe");
            Validate(probe.Data, at.In("data"));
            if (probe.Known is { } known)
            {
                Validate(known, at.In("known"));
            }

            at.Range("everySteps", probe.EverySteps, 1, int.MaxValue);
            at.Range("pictures", probe.Pictures, 2, MostPictures);
            at.Range("references", probe.References, 1, MostPictures);
        }

        RecipeCheck.Validate(recipe.Schedule, check.In("schedule"));
        RecipeCheck.Validate(recipe.Optimizer, check.In("optimizer"));
        if (recipe.Objective is DinoSettings { FinalWeightDecay: { } final })
        {
            check.That(
                final == 0 || recipe.Optimizer.WeightDecay > 0,
                "objective.finalWeightDecay",
                final,
                "0 or left out where \"optimizer.weightDecay\" is 0: weight decay rises by a factor, and 0 to nothing");
        }

        RecipeCheck.Validate(recipe.Loading, check.In("loading"));
        RecipeCheck.Validate(recipe.Checkpoints, check.In("checkpoints"));
    }

    private static bool HasConversations(DataMixture mixture) => mixture switch
    {
        ConversationPart => true,
        ConcatPart concat => concat.Parts.Any(HasConversations),
        InterleavePart interleave => interleave.Parts.Any(HasConversations),
        _ => false,
    };

    private static void Validate(PictureSource source, MemberCheck check)
    {
        switch (source)
        {
            case CaptionSource captions:
                RecipeCheck.Validate(captions.Captions, check, "captions");
                check.Range("mostRegions", captions.MostRegions, 1, MostPictures);
                if (captions.Regions is { } regions)
                {
                    RecipeCheck.Validate(regions, check, "regions");
                    check.That(!HasConversations(regions), "regions", "of conversations", "data sets or a mixture of them: each record is a region of its own");
                }

                break;
            case FolderSource folder:
                check.That(folder.Path.Trim().Length > 0, "path", "empty", "a folder");
                break;
        }
    }
}
