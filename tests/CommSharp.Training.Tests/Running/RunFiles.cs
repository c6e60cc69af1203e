using System.Security.Cryptography;
using CommSharp.Training.Tracking.Logs;

namespace CommSharp.Training.Tests.Running;

/// <summary>What two runs are compared by.</summary>
internal static class RunFiles
{
    /// <summary>The hashes of everything that must be the same to the bit: trained models, checkpoints and the best weights.</summary>
    public static string[] Weights(string run) =>
    [
        .. Directory.EnumerateFiles(run, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(run, file).Split(Path.DirectorySeparatorChar)[0] is "model" or "model-best" or "checkpoints")
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(run, file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}"),
    ];

    /// <summary>What the log tells of steps and validations, without times and memory.</summary>
    public static string[] Story(string run) =>
    [
        .. TrainingLog.Read(Path.Combine(run, TrainingLog.FileName)).Select(record => record switch
        {
            StepRecord step => FormattableString.Invariant(
                $"{step.Step} {step.Epoch:r} {step.Loss:r} {step.GradientNorm:r} {string.Join(' ', step.Rates)} {step.Samples} {step.Tokens} {step.AnswerTokens} {step.Unreadable}"),
            ValidationRecord held => FormattableString.Invariant(
                $"{held.Step} held-out {held.Loss:r} {held.ExactAnswers} {held.MeanIoU:r} {held.IsBest} {string.Join('|', held.Answers.Select(each => each.Answer))}"),
            _ => "",
        }).Where(line => line.Length > 0),
    ];

    /// <summary>What killed processes left half-written.</summary>
    public static string[] Temporary(string run) => Directory.GetFileSystemEntries(run, "*.tmp", SearchOption.AllDirectories);
}
