using System.Collections.Concurrent;

namespace CommSharp.Generation;

/// <summary>
/// One thread that owns a model. Dispose scopes belong to a thread, and a model's products take every core anyway, so all work on a model is
/// queued here and runs in order.
/// </summary>
public sealed class ModelThread : IDisposable
{
    private readonly BlockingCollection<Action> _queue = [];
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    public ModelThread()
    {
        _thread = new Thread(Work) { IsBackground = true, Name = "CommSharp model" };
        _thread.Start();
    }

    /// <summary>Queues work.</summary>
    /// <typeparam name="T">Its result.</typeparam>
    /// <param name="work">Runs on the model's thread; its exceptions reach the caller.</param>
    /// <param name="cancellationToken">Work that has not begun is dropped; work that runs gets the token by its own means.</param>
    /// <exception cref="InvalidOperationException">The thread has ended.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add(Perform, CancellationToken.None);
        return result.Task;

        void Perform()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                result.SetCanceled(cancellationToken);
                return;
            }

            try
            {
                result.SetResult(work());
            }
            catch (OperationCanceledException error)
            {
                result.SetCanceled(error.CancellationToken);
            }
            catch (Exception error)
            {
                result.SetException(error);
            }
        }
    }

    /// <summary>Waits for the work that is queued, then ends the thread.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
    }

    private void Work()
    {
        foreach (Action action in _queue.GetConsumingEnumerable())
        {
            action();
        }
    }
}
