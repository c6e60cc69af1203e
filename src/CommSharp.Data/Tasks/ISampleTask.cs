namespace CommSharp.Data.Tasks;

/// <summary>Makes samples from records. A task never changes, and may be used by several threads at a time.</summary>
/// <typeparam name="TRecord">The records that it understands.</typeparam>
public interface ISampleTask<in TRecord>
    where TRecord : IDataRecord
{
    /// <summary>The sample of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="chance">What the wording and other choices are left to; <see cref="SampleChance.None"/> for evaluations.</param>
    /// <exception cref="DataException">The record lacks what this task needs.</exception>
    TaskSample Make(TRecord record, SampleChance chance);
}
