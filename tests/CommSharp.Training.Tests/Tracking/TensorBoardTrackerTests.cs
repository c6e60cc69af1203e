using System.Buffers.Binary;
using CommSharp.Training.Tracking;
using CommSharp.Training.Tracking.Events;
using Tensorboard;
using TorchSharp;

namespace CommSharp.Training.Tests.Tracking;

public sealed class TensorBoardTrackerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();

    [Fact]
    public void Scalars_of_steps_and_validations_are_read_back()
    {
        using (TensorBoardTracker tracker = Started(0))
        {
            _clock.Advance(1.5);
            tracker.Step(MadeUp.Step(1));
            tracker.Validate(MadeUp.Validation(1, 2.5));
        }

        Event[] events = Read(Files().Single());
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal((SessionLog.Types.SessionStatus.Start, 0), (events[1].SessionLog.Status, events[1].Step));
        Assert.Equal(
            ["train/loss 4", "train/gradient_norm 1.25", "train/epoch 0.025", "learning_rate/projector 2E-05", "learning_rate/merges 0.0001", "speed/samples_per_second 4",
                "speed/tokens_per_second 250", "speed/data_wait_share 0.125", "memory/resident_gigabytes 1.5"],
            Scalars(events[2]));
        Assert.Equal(
            ["validation/loss 2.5", "validation/exact_answers 0.75", "validation/mean_iou 0.5", "layer_weights/1-clip/01 0.1", "layer_weights/1-clip/02 0.5",
                "layer_weights/1-clip/03 -0.25", "layer_weights/2-dino/19 0.25", "layer_weights/2-dino/20 0.75"],
            Scalars(events[3]));
        Assert.Equal((1, 1, 4), (events[2].Step, events[3].Step, events.Length));
        Assert.Equal(1.5, events[2].WallTime - events[1].WallTime, 1e-6);
    }

    [Fact]
    public void A_training_that_goes_on_begins_a_file_that_voids_later_steps()
    {
        using (TensorBoardTracker tracker = Started(0))
        {
            MadeUp.Run(tracker, 1, 5);
        }

        using (TensorBoardTracker tracker = Started(3)) // within the same second
        {
            MadeUp.Run(tracker, 4, 4);
        }

        string[] files = Files();
        Assert.Equal(2, files.Length);
        Assert.Equal([0, 0, 1, 2, 3, 4, 5], Read(files[0]).Select(each => each.Step));
        Event[] second = Read(files[1]);
        Assert.Equal((SessionLog.Types.SessionStatus.Start, 4), (second[1].SessionLog.Status, second[1].Step));
        Assert.Equal(4, second[2].Step);
    }

    [Fact]
    public void The_checksum_is_that_of_the_standard()
    {
        // RFC 3720, appendix B.4: 32 bytes of zeros have the checksum aa 36 91 8a; masked as TensorFlow does.
        uint expected = uint.RotateRight(0x8a9136aa, 15) + 0xa282ead8;
        Assert.Equal(expected, TensorBoardEvents.MaskedChecksum(new byte[32]));
    }

    [Fact]
    public void TorchSharps_own_files_are_of_the_same_form()
    {
        var writer = torch.utils.tensorboard.SummaryWriter(_folder["theirs"], createRunName: false);
        writer.add_scalar("train/loss", 4, 1);
        using (TensorBoardTracker tracker = Started(0))
        {
            tracker.Step(MadeUp.Step(1));
        }

        Event theirs = Read(Directory.GetFiles(_folder["theirs"]).Single())[^1];
        Event ours = Read(Files().Single())[^1];
        Assert.Equal(theirs.Step, ours.Step);
        Assert.Equal(theirs.Summary.Value[0].Tag, ours.Summary.Value[0].Tag);
        Assert.Equal(theirs.Summary.Value[0].SimpleValue, ours.Summary.Value[0].SimpleValue);
    }

    public void Dispose() => _folder.Dispose();

    private TensorBoardTracker Started(long firstStep)
    {
        var tracker = new TensorBoardTracker(_clock);
        tracker.Start(MadeUp.Start(_folder.Path, firstStep));
        return tracker;
    }

    private string[] Files() => [.. Directory.GetFiles(_folder[TensorBoardTracker.FolderName]).Order(StringComparer.Ordinal)];

    private static string[] Scalars(Event each) => [.. each.Summary.Value.Select(value => FormattableString.Invariant($"{value.Tag} {value.SimpleValue:G6}"))];

    /// <summary>The records of a file, every length and checksum looked at.</summary>
    private static Event[] Read(string path)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        List<Event> events = [];
        while (rest.Length > 0)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(rest));
            Assert.Equal(TensorBoardEvents.MaskedChecksum(rest[..8]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            ReadOnlySpan<byte> data = rest.Slice(12, length);
            Assert.Equal(TensorBoardEvents.MaskedChecksum(data), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            events.Add(Event.Parser.ParseFrom(data.ToArray()));
            rest = rest[(16 + length)..];
        }

        return [.. events];
    }
}
