using System.Numerics;
using CommSharp.Checkpoints.Pickle;

namespace CommSharp.Tests.Checkpoints;

public sealed class PickleReaderTests
{
    private static readonly PickleAllowList Dictionaries = new([new PickleGlobal("collections.OrderedDict", _ => new PickleDictionary())]);

    public static TheoryData<string, object?> Scalars => new()
    {
        { "N.", null },
        { "\u0080\u0002\u0088.", true },
        { "I00\n.", false },
        { "I01\n.", true },
        { "I-7\n.", -7L },
        { "L123456789012345678901L\n.", BigInteger.Parse("123456789012345678901", System.Globalization.CultureInfo.InvariantCulture) },
        { "J\u00ff\u00ff\u00ff\u00ff.", -1L },
        { "K\u00ff.", 255L },
        { "M\u0001\u0002.", 513L },
        { "\u008a\u0000.", 0L },
        { "\u008a\u0002\u0000\u0080.", -32768L },
        { "\u008a\u0009\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0001.", BigInteger.Pow(2, 64) },
        { "F1.5\n.", 1.5 },
        { "F-inf\n.", double.NegativeInfinity },
        { "G\u003f\u00f8\u0000\u0000\u0000\u0000\u0000\u0000.", 1.5 },
        { "S'it\\'s \\x41\\n'\n.", "it's A\n" },
        { "S\"\\xc3\\xa4\"\n.", "ä" },
        { "S'\\xe4'\n.", "ä" },
        { "V\\u00e4\\U0001f600\u00e4\n.", "ä😀ä" },
        { "U\u0002\u00c3\u00a4.", "ä" },
        { "T\u0001\u0000\u0000\u0000a.", "a" },
        { "X\u0002\u0000\u0000\u0000\u00c3\u00a4.", "ä" },
        { "\u0080\u0004\u0095\u0003\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u008c\u0001a\u0094.", "a" },
        { "K\u0001K\u00020.", 1L },
    };

    public static TheoryData<string, string> Hostile => new()
    {
        { "", "byte 0: the pickle ends without its STOP; it is truncated" },
        { "K\u0001", "byte 2: the pickle ends without its STOP; it is truncated" },
        { ".", "byte 0: a value is missing on the stack; the pickle is damaged" },
        { "N\u00ff.", "byte 1: instruction 0xff is unknown or not supported" },
        { "\u0080\u0005N.", "byte 0: protocol 5 is newer than 4; save it with that one" },
        { "J\u0001.", "byte 0: 4 bytes are promised, but only 2 are left; the pickle is truncated or damaged" },
        { "X\u00ff\u00ff\u00ff\u00ffa.", "byte 0: 4294967295 bytes are promised, but only 2 are left; the pickle is truncated or damaged" },
        { "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffa.", "byte 0: 18446744073709551615 bytes are promised, but only 2 are left; the pickle is truncated or damaged" },
        { "T\u00ff\u00ff\u00ff\u00ffa.", "byte 0: a length is negative; the pickle is damaged" },
        { "X\u0001\u0000\u0000\u0000\u00ff.", "byte 0: text is not valid UTF-8; the pickle is damaged" },
        { "Ix\n.", "byte 0: not a whole number; the pickle is damaged" },
        { "S'a\n.", "byte 0: not a quoted string; the pickle is damaged" },
        { "S'\\q'\n.", "byte 0: not a quoted string; the pickle is damaged" },
        { "V\\uzzzz\n.", "byte 0: not escaped text; the pickle is damaged" },
        { "I1", "byte 0: a line has no end; the pickle is truncated or damaged" },
        { "h\u0000.", "byte 0: memo 0 is used before it is set; the pickle is damaged" },
        { "Nr\u00ff\u00ff\u00ff\u00ff.", "byte 1: memo 4294967295 is out of order; the pickle is damaged" },
        { "]Na0.", "byte 4: a value is missing on the stack; the pickle is damaged" },
        { "NNa.", "byte 2: items are appended to None; the pickle is damaged" },
        { "](NNu.", "byte 4: entries are set in a list; the pickle is damaged" },
        { "}(Nu.", "byte 3: a key has no value; the pickle is damaged" },
        { "N(a.", "byte 2: a value is missing on the stack; the pickle is damaged" },
        { "t.", "byte 0: a value is missing on the stack; the pickle is damaged" },
        { "NNb.", "byte 2: setting the state of None is not allowed" },
        { "])R.", "byte 2: calling a list is not allowed" },
        { "Pid\n.", "byte 0: references to objects outside of the pickle are not allowed" },
        { "NQ.", "byte 1: references to objects outside of the pickle are not allowed" },
        { "\u0082\u0001.", "byte 0: extension codes stand for unknown names and are not allowed" },
        { "(o.", "byte 1: an object has no class; the pickle is damaged" },
        { "NN\u0093.", "byte 2: a name is not text; the pickle is damaged" },
    };

    /// <summary>Every way by which a pickle can reach a function, and the name that is refused.</summary>
    public static TheoryData<string, string> Attacks => new()
    {
        { "cos\nsystem\n(S'true'\ntR.", "byte 0: 'os.system'" },
        { "cposix\nsystem\n(S'true'\ntR.", "byte 0: 'posix.system'" },
        { "c__builtin__\neval\n(S'1'\ntR.", "byte 0: '__builtin__.eval'" },
        { "\u0080\u0002cbuiltins\neval\nX\u0001\u0000\u0000\u00001\u0085R.", "byte 2: 'builtins.eval'" },
        { "\u0080\u0004\u008c\u0002os\u0094\u008c\u0006system\u0094\u0093\u008c\u0004true\u0085R.", "byte 16: 'os.system'" },
        { "(ios\nsystem\n.", "byte 1: 'os.system'" },
        { "(S'true'\nios\nsystem\n.", "byte 9: 'os.system'" },
        { "(cos\nsystem\nS'true'\no.", "byte 1: 'os.system'" },
        { "ccopy_reg\n_reconstructor\n(cos\nsystem\nc__builtin__\nobject\nNtR.", "byte 0: 'copy_reg._reconstructor'" },
        { "ccopyreg\n__newobj__\n.", "byte 0: 'copyreg.__newobj__'" },
        { "ccollections\nOrderedDict\n(cos\nsystem\n(S'x'\ntRtR.", "byte 26: 'os.system'" },
        { "ccollections\nOrderedDict.__init__\n)R.", "byte 0: 'collections.OrderedDict.__init__'" },
        { "ccollections\nOrderedDict\n)\u0081cos\nsystem\nb.", "byte 27: 'os.system'" },
    };

    [Theory]
    [MemberData(nameof(Scalars))]
    public void Plain_values_are_read(string pickle, object? value) => Assert.Equal(value, Read(pickle));

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_damaged_pickle_is_refused_where_it_is_damaged(string pickle, string problem) =>
        Assert.Equal(problem, Assert.Throws<PickleFormatException>(() => Read(pickle)).Message);

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_name_that_is_not_allowed_is_refused_by_its_full_name(string pickle, string where) =>
        Assert.Equal($"{where} is not allowed; only plain data is read, code is never run",
            Assert.Throws<PickleFormatException>(() => Read(pickle, Dictionaries)).Message);

    [Theory]
    [InlineData("ccollections\nOrderedDict\n)R.")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.")]
    [InlineData("(icollections\nOrderedDict\n.")]
    [InlineData("(ccollections\nOrderedDict\no.")]
    [InlineData("ccollections\nOrderedDict\n)}\u0092.")]
    [InlineData("ccollections\nOrderedDict\n)R}S'_metadata'\nNsb.")]
    public void An_allowed_name_makes_what_it_means_here(string pickle) => Assert.Empty(Assert.IsType<PickleDictionary>(Read(pickle, Dictionaries)));

    [Fact]
    public void Containers_keep_order_and_share_their_parts()
    {
        // [(), (1,), (1, 2), (1, 2, 3), {'k': 1, 'k': 2, 7: <the first list>}] with a list that holds itself.
        var list = Assert.IsType<List<object?>>(Read("]q\u0000()K\u0001\u0085K\u0001K\u0002\u0086K\u0001K\u0002K\u0003\u0087}(S'k'\nK\u0001S'k'\nK\u0002K\u0007h\u0000ue."));
        Assert.Equal([0, 1, 2, 3], list.OfType<object?[]>().Select(t => t.Length));
        var dictionary = Assert.IsType<PickleDictionary>(list[4]);
        Assert.Equal(2, dictionary.Count);
        Assert.True(dictionary.TryGetValue("k", out object? last));
        Assert.Equal(2L, last);
        Assert.False(dictionary.TryGetValue("7", out _));
        Assert.Same(list, dictionary[1].Value);
    }

    [Fact]
    public void Laughs_by_the_billion_stay_a_small_graph()
    {
        var pickle = new PickleBytes().Op("]q\u0000");
        for (byte i = 1; i <= 100; i++)
        {
            pickle.Op("](").Raw((byte)'h', (byte)(i - 1), (byte)'h', (byte)(i - 1)).Op("eq").Raw(i);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(2, Assert.IsType<List<object?>>(PickleReader.Read(pickle.Stop(), PickleAllowList.Empty)).Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Deep_nesting_is_bounded()
    {
        Assert.Equal("byte 1000: more than the 1000 levels of nesting allowed; the pickle is damaged or hostile",
            Assert.Throws<PickleFormatException>(() => Read(new string('(', 100_000))).Message);
        Assert.Equal("byte 1000000: more than the 1000000 values allowed wait for their container; the pickle is damaged or hostile",
            Assert.Throws<PickleFormatException>(() => Read(new string(']', 2_000_000))).Message);
        // A chain of lists needs neither marks nor stack; reading one does not recurse.
        Assert.IsType<List<object?>>(Read(new string(']', 500_000) + new string('a', 499_999) + "."));
    }

    [Fact]
    public void The_number_of_objects_and_the_size_are_bounded()
    {
        var few = new PickleLimits { Objects = 3, Bytes = 10 };
        Assert.Equal("byte 4: more than the 3 objects allowed; the pickle is damaged or hostile",
            Assert.Throws<PickleFormatException>(() => PickleReader.Read("NN0NN."u8, PickleAllowList.Empty, few)).Message);
        Assert.Equal("byte 0: the pickle is 11 bytes long, more than the 10 allowed",
            Assert.Throws<PickleFormatException>(() => PickleReader.Read(new byte[11], PickleAllowList.Empty, few)).Message);
    }

    [Fact]
    public void Long_keys_names_and_numbers_are_refused()
    {
        Assert.Equal("byte 5006: a key is longer than the 4096 characters allowed", Problem($"}}S'{new string('k', 5000)}'\nNs."));
        Assert.Equal("byte 0: a name is longer than the 256 characters allowed", Problem($"c{new string('m', 300)}\nx\n."));
        Assert.Equal("byte 0: not a whole number; the pickle is damaged", Problem($"L{new string('1', 5000)}\n."));
        Assert.Equal("byte 0: a number of 2048 bytes is larger than the 1024 allowed", Problem($"\u008b\u0000\u0008\u0000\u0000{new string('1', 2048)}."));

        static string Problem(string pickle) => Assert.Throws<PickleFormatException>(() => Read(pickle)).Message;
    }

    private static object? Read(string pickle, PickleAllowList? allowed = null) =>
        PickleReader.Read(System.Text.Encoding.Latin1.GetBytes(pickle), allowed ?? PickleAllowList.Empty);
}
