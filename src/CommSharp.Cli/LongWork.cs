using Spectre.Console;

namespace CommSharp.Cli;

/// <summary>
/// Work that takes longer than a person likes to wait in the dark. A bar shows on standard error where that is a screen, and nothing where it is a
/// file. The work leaves the frame's thread, which stays free to take Ctrl+C.
/// </summary>
internal static class LongWork
{
    public static Task<T> RunAsync<T>(
        IAnsiConsole notes, string title, Func<IProgress<WorkProgress>?, T> work, CancellationToken cancellationToken) =>
        notes.Profile.Capabilities.Interactive
            ? notes.Progress().AutoClear(true).StartAsync(bar => Task.Run(() => work(new Bar(bar.AddTask(Markup.Escape(title)))), cancellationToken))
            : Task.Run(() => work(null), cancellationToken);

    /// <summary>As <see cref="RunAsync"/>, for work that waits.</summary>
    public static Task<T> RunTaskAsync<T>(
        IAnsiConsole notes, string title, Func<IProgress<WorkProgress>?, Task<T>> work, CancellationToken cancellationToken) =>
        notes.Profile.Capabilities.Interactive
            ? notes.Progress().AutoClear(true).StartAsync(bar => Task.Run(() => work(new Bar(bar.AddTask(Markup.Escape(title)))), cancellationToken))
            : Task.Run(() => work(null), cancellationToken);

    private sealed class Bar(ProgressTask task) : IProgress<WorkProgress>
    {
        private readonly string _title = task.Description;

        public void Report(WorkProgress value)
        {
            if (value.Total == 0)
            {
                task.IsIndeterminate = true;
                task.Description = $"{value.Done:N0} {_title}";
                return;
            }

            task.MaxValue = value.Total;
            task.Value = value.Done;
        }
    }
}
