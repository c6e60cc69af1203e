using CommSharp.Configuration;
using CommSharp.Data;
using CommSharp.Data.Datasets;

namespace CommSharp.Training.Recipes;

/// <summary>Refuses recipes that cannot be meant, before anything is loaded.</summary>
internal static class RecipeCheck
{
    private const int MostSamples = 1 << 20;

    /// <exception cref="CommSharpException">Names the first bad member by its path.</exception>
    public static void Validate(this TrainingRecipe recipe, string source)
    {
        var check = new MemberCheck(source);
        check.That(recipe.Format == TrainingRecipe.CurrentFormat, "format", recipe.Format, $"{TrainingRecipe.CurrentFormat}, which this version reads");
        check.That(recipe.Name.Trim().Length > 0, "name", "empty", "a name");
        if (recipe.Model is ComposedModelSource composed)
        {
            check.That(composed.Language is null != composed.Tokenizer is null, "model.language", composed.Language is null ? "missing" : "given beside \"tokenizer\"", "given, or \"tokenizer\", and not both");
        }

        Validate(recipe.Trained, check.In("trained"));
        Validate(recipe.Data, check, "data");
        Validate(recipe.Schedule, check.In("schedule"));
        Validate(recipe.Batch, check.In("batch"));
        Validate(recipe.Optimizer, check.In("optimizer"));
        if (recipe.Augmentation is { } augmentation)
        {
            Validate(augmentation, check.In("augmentation"));
        }

        if (recipe.Validation is { } validation)
        {
            Validate(validation, check.In("validation"));
        }

        if (recipe.Guidance is { } guidance)
        {
            MemberCheck at = check.In("guidance");
            at.Range("block", guidance.Block ?? 1, 1, MemberCheck.MostLayers);
            at.Range("wordBlock", guidance.WordBlock ?? 1, 1, MemberCheck.MostLayers);
            at.Range("head", guidance.Head, 0, MemberCheck.LargestSize);
            at.Positive("weight", guidance.Weight);
        }

        Validate(recipe.Loading, check.In("loading"));
        Validate(recipe.Checkpoints, check.In("checkpoints"));
    }

    internal static void Validate(LoadingSettings loading, MemberCheck check)
    {
        check.Range("workers", loading.Workers, 1, 256);
        check.Range("ahead", loading.Ahead, 1, 1024);
        check.Range("unreadableLimit", loading.UnreadableLimit, 0, int.MaxValue);
    }

    internal static void Validate(CheckpointSettings checkpoints, MemberCheck check)
    {
        check.Range("everySteps", checkpoints.EverySteps ?? 1, 1, int.MaxValue);
        check.Positive("everyMinutes", checkpoints.EveryMinutes);
        check.Range("keep", checkpoints.Keep, 1, 1000);
    }

    private static void Validate(TrainedSettings trained, MemberCheck check)
    {
        check.That(trained.Groups.Count > 0 || trained.Lora is not null, "groups", "empty", "one part of the model or more, or \"lora\" must be given");
        for (int i = 0; i < trained.Groups.Count; i++)
        {
            ParameterGroup? group = trained.Groups[i];
            MemberCheck at = check.In($"groups[{i}]");
            check.That(group is not null, $"groups[{i}]", "null", "a group of parameters");
            Rate(at, group!.LearningRate);
            at.That(group.WeightDecay is null or (>= 0 and < 1), "weightDecay", group.WeightDecay ?? 0, "from 0 to below 1");
        }

        if (trained.Lora is { } lora)
        {
            MemberCheck at = check.In("lora");
            at.Range("rank", lora.Rank, 1, 4096);
            at.Positive("alpha", lora.Alpha);
            at.That(lora.Dropout is >= 0 and < 1, "dropout", lora.Dropout, "from 0 to below 1");
            at.That(lora.Layers.Count > 0, "layers", "empty", "one pattern or more");
            Rate(at, lora.LearningRate);
        }
    }

    internal static void Validate(DataMixture? part, MemberCheck check, string member)
    {
        check.That(part is not null, member, "null", "a data set or a mixture");
        MemberCheck at = check.In(member);
        at.That(part!.Portion > 0 && part.Portion <= 1000, "portion", part.Portion, "above 0 and at most 1000");
        switch (part)
        {
            case DatasetPart dataset:
                Validate(dataset, at);
                break;
            case ConcatPart concat:
                ValidateAll(concat.Parts, at);
                break;
            case InterleavePart interleave:
                ValidateAll(interleave.Parts, at);
                if (interleave.Weights is { } weights)
                {
                    at.That(weights.Count == interleave.Parts.Count, "weights", $"{weights.Count} numbers", $"one number for each of the {interleave.Parts.Count} parts");
                    at.That(weights.All(weight => weight > 0 && double.IsFinite(weight)), "weights", "not all positive", "positive numbers");
                }

                break;
            case ConversationPart conversations:
                ValidateAll(conversations.Parts, at);
                at.Range("turns", conversations.Turns, 1, 1000);
                for (int i = 0; i < conversations.Parts.Count; i++)
                {
                    at.That(conversations.Parts[i] is DatasetPart, $"parts[{i}].kind", "a mixture", "dataset: a conversation draws from data sets alone");
                    at.That(conversations.Parts[i].Portion == 1, $"parts[{i}].portion", conversations.Parts[i].Portion, "1: every sample about a picture may come up");
                }

                break;
        }
    }

    private static void ValidateAll(IReadOnlyList<DataMixture> parts, MemberCheck check)
    {
        check.That(parts.Count > 0, "parts", "empty", "one data set or more");
        for (int i = 0; i < parts.Count; i++)
        {
            Validate(parts[i], check, $"parts[{i}]");
        }
    }

    private static void Validate(DatasetPart dataset, MemberCheck check)
    {
        _ = DatasetTasks.Find(dataset.Format, dataset.Task, new DataPlace(check.Source, Field: check.Path.TrimEnd('.')));
        check.Range("limit", dataset.Limit ?? 1, 1, int.MaxValue);
        check.Range("every", dataset.Every ?? 2, 2, int.MaxValue);
        check.That((dataset.Every is null) == (dataset.Keep is null), "keep", dataset.Keep is null ? "missing" : "there", "given together with \"every\"");
        check.That(
            dataset.Keep is null || (dataset.Keep.Count > 0 && dataset.Keep.All(remainder => remainder >= 0 && remainder < dataset.Every)),
            "keep",
            $"[{string.Join(", ", dataset.Keep ?? [])}]",
            $"one remainder or more from 0 to {dataset.Every - 1}");
    }

    internal static void Validate(ScheduleSettings schedule, MemberCheck check)
    {
        check.That(schedule.Steps is null != schedule.Epochs is null, "steps", schedule.Steps is null ? "missing" : "given beside \"epochs\"", "given, or \"epochs\", and not both");
        check.Range("steps", schedule.Steps ?? 1, 1, 1_000_000_000);
        check.Positive("epochs", schedule.Epochs ?? 1);
        Rate(check, schedule.LearningRate);
        check.That(schedule.WarmUp is >= 0 and <= 1, "warmUp", schedule.WarmUp, "from 0 to 1");
        check.That(schedule.Floor is >= 0 and <= 1, "floor", schedule.Floor, "from 0 to 1");
    }

    private static void Validate(BatchSettings batch, MemberCheck check)
    {
        check.Range("size", batch.Size, 1, MostSamples);
        check.Range("accumulation", batch.Accumulation, 1, MostSamples);
        check.Range("maxTokens", batch.MaxTokens, 2, MostSamples);
    }

    internal static void Validate(OptimizerSettings optimizer, MemberCheck check)
    {
        check.That(optimizer.Beta1 is >= 0 and < 1, "beta1", optimizer.Beta1, "from 0 to below 1");
        check.That(optimizer.Beta2 is >= 0 and < 1, "beta2", optimizer.Beta2, "from 0 to below 1");
        check.Positive("epsilon", optimizer.Epsilon);
        check.That(optimizer.WeightDecay is >= 0 and < 1, "weightDecay", optimizer.WeightDecay, "from 0 to below 1");
        check.That(optimizer.MaxGradientNorm >= 0 && double.IsFinite(optimizer.MaxGradientNorm), "maxGradientNorm", optimizer.MaxGradientNorm, "0 or a positive number");
    }

    private static void Validate(AugmentationSettings augmentation, MemberCheck check)
    {
        check.That(augmentation.Flip is >= 0 and <= 1, "flip", augmentation.Flip, "from 0 to 1");
        check.That(augmentation.Brightness is >= 0 and < 1, "brightness", augmentation.Brightness, "from 0 to below 1");
        check.That(augmentation.Contrast is >= 0 and < 1, "contrast", augmentation.Contrast, "from 0 to below 1");
        check.That(augmentation.Saturation is >= 0 and < 1, "saturation", augmentation.Saturation, "from 0 to below 1");
        check.That(augmentation.SmallestCrop is > 0 and <= 1, "smallestCrop", augmentation.SmallestCrop, "above 0 and at most 1");
        check.That(augmentation.VisibleBox is > 0 and <= 1, "visibleBox", augmentation.VisibleBox, "above 0 and at most 1");
    }

    private static void Validate(ValidationSettings validation, MemberCheck check)
    {
        Validate(validation.Data, check, "data");
        check.Range("everySteps", validation.EverySteps, 1, int.MaxValue);
        check.Range("samples", validation.Samples, 1, MostSamples);
        check.Range("answers", validation.Answers, 0, MostSamples);
        check.Range("maxTokens", validation.MaxTokens, 1, MostSamples);
    }

    private static void Rate(MemberCheck check, double? rate) =>
        check.That(rate is null or (> 0 and <= 10), "learningRate", rate ?? 0, "above 0 and at most 10");
}
