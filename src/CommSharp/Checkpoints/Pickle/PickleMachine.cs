using System.Globalization;

namespace CommSharp.Checkpoints.Pickle;

/// <summary>
/// Carries out a pickle's instructions one by one, each in time and memory bounded by its own length. It calls nothing but the allow-list.
/// </summary>
internal ref struct PickleMachine(
    ReadOnlySpan<byte> pickle, PickleAllowList allowed, PickleLimits limits, Func<object?, object?>? persistent)
{
    private const int NewestProtocol = 4;

    // Looking up a key or a name costs its length, and one byte of pickle can ask for it again.
    private const int LongestKey = 4096;
    private const int LongestName = 256;

    private readonly PickleStack _stack = new(limits);
    private readonly List<object?> _memo = [];
    private PickleInput _input = new(pickle);

    public object? Run()
    {
        while (_input.NextOpcode() is var opcode && opcode != PickleOpcode.Stop)
        {
            if (!Memo(opcode) && !Text(opcode) && !Number(opcode) && !Container(opcode) && !Call(opcode) && !Control(opcode))
            {
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"instruction 0x{(byte)opcode:x2} is unknown or not supported"));
            }
        }

        return Pop();
    }

    private bool Number(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.None: Push(null); return true;
            case PickleOpcode.NewTrue: Push(true); return true;
            case PickleOpcode.NewFalse: Push(false); return true;
            case PickleOpcode.BinInt: Push((long)_input.Int32()); return true;
            case PickleOpcode.BinInt1: Push((long)_input.UInt8()); return true;
            case PickleOpcode.BinInt2: Push((long)_input.UInt16()); return true;
            case PickleOpcode.Long1: Push(_input.Integer(_input.UInt8())); return true;
            case PickleOpcode.Long4: Push(_input.Integer(_input.SignedLength())); return true;
            case PickleOpcode.BinFloat: Push(_input.Float64()); return true;
            case PickleOpcode.Int: Push(PickleText.Int(_input.Line()) ?? throw Malformed("a whole number")); return true;
            case PickleOpcode.Long: Push(PickleText.Long(_input.Line()) ?? throw Malformed("a whole number")); return true;
            case PickleOpcode.Float: Push(PickleText.Float(_input.Line()) ?? throw Malformed("a number")); return true;
            default: return false;
        }
    }

    private bool Text(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.ShortBinUnicode: Push(_input.Utf8(_input.UInt8())); return true;
            case PickleOpcode.BinUnicode: Push(_input.Utf8(_input.UInt32())); return true;
            case PickleOpcode.BinUnicode8: Push(_input.Utf8(_input.UInt64())); return true;
            case PickleOpcode.ShortBinString: Push(_input.ByteString(_input.UInt8())); return true;
            case PickleOpcode.BinString: Push(_input.ByteString(_input.SignedLength())); return true;
            case PickleOpcode.ShortBinBytes: Push(_input.Take(_input.UInt8()).ToArray()); return true;
            case PickleOpcode.BinBytes: Push(_input.Take(_input.UInt32()).ToArray()); return true;
            case PickleOpcode.BinBytes8: Push(_input.Take(_input.UInt64()).ToArray()); return true;
            case PickleOpcode.String: Push(PickleText.Quoted(_input.Line()) ?? throw Malformed("a quoted string")); return true;
            case PickleOpcode.Unicode: Push(PickleText.RawUnicode(_input.Line()) ?? throw Malformed("escaped text")); return true;
            default: return false;
        }
    }

    private bool Container(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.EmptyList: Push(new List<object?>()); return true;
            case PickleOpcode.EmptyDict: Push(new PickleDictionary()); return true;
            case PickleOpcode.EmptyTuple: Push(Array.Empty<object?>()); return true;
            case PickleOpcode.List: Push(new List<object?>(PopToMark())); return true;
            case PickleOpcode.Tuple: Push(PopToMark()); return true;
            case PickleOpcode.Tuple1: Push(Tuple(1)); return true;
            case PickleOpcode.Tuple2: Push(Tuple(2)); return true;
            case PickleOpcode.Tuple3: Push(Tuple(3)); return true;
            case PickleOpcode.Append: Extend(Tuple(1)); return true;
            case PickleOpcode.Appends: Extend(PopToMark()); return true;
            case PickleOpcode.SetItem: Fill(Tuple(2)); return true;
            case PickleOpcode.SetItems: Fill(PopToMark()); return true;
            case PickleOpcode.Dict:
                var items = PopToMark();
                Push(new PickleDictionary());
                Fill(items);
                return true;
            default: return false;
        }
    }

    private bool Memo(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.BinPut: Remember(_input.UInt8()); return true;
            case PickleOpcode.LongBinPut: Remember(_input.UInt32()); return true;
            case PickleOpcode.Put: Remember(PickleText.Index(_input.Line()) ?? throw Malformed("a memo's number")); return true;
            case PickleOpcode.Memoize: Remember((uint)_memo.Count); return true;
            case PickleOpcode.BinGet: Recall(_input.UInt8()); return true;
            case PickleOpcode.LongBinGet: Recall(_input.UInt32()); return true;
            case PickleOpcode.Get: Recall(PickleText.Index(_input.Line()) ?? throw Malformed("a memo's number")); return true;
            default: return false;
        }
    }

    private bool Call(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Global: Push(NextGlobal()); return true;
            case PickleOpcode.StackGlobal:
                if (Tuple(2) is not [string module, string name])
                {
                    throw Wrong("a name is not text; the pickle is damaged");
                }

                Push(Global(module, name));
                return true;
            case PickleOpcode.Reduce or PickleOpcode.NewObj: Invoke(Tuple(2)); return true;
            case PickleOpcode.NewObjEx:
                if (Tuple(3) is not [var type, var positional, PickleDictionary { Count: 0 }])
                {
                    throw Wrong("arguments by keyword are not supported");
                }

                Invoke([type, positional]);
                return true;
            case PickleOpcode.Inst: Invoke([NextGlobal(), PopToMark()]); return true;
            case PickleOpcode.Obj:
                if (PopToMark() is not [var callee, .. var arguments])
                {
                    throw Wrong("an object has no class; the pickle is damaged");
                }

                Invoke([callee, arguments]);
                return true;
            case PickleOpcode.Ext1 or PickleOpcode.Ext2 or PickleOpcode.Ext4:
                throw Wrong("extension codes stand for unknown names and are not allowed");
            case PickleOpcode.PersId: Resolve(PickleText.Bytes(_input.Line())); return true;
            case PickleOpcode.BinPersId: Resolve(Pop()); return true;
            case PickleOpcode.Build:
                // The attributes of an OrderedDict, such as the _metadata of a state dict, are no part of its contents.
                Pop();
                if (Peek() is not PickleDictionary)
                {
                    throw Wrong($"setting the state of {Kind(Peek())} is not allowed");
                }

                return true;
            default: return false;
        }
    }

    private bool Control(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark: Bound(_stack.Mark()); return true;
            case PickleOpcode.Pop:
                if (!_stack.TryPop(out _))
                {
                    PopToMark();
                }

                return true;
            case PickleOpcode.PopMark: PopToMark(); return true;
            case PickleOpcode.Dup: Push(Peek()); return true;
            case PickleOpcode.Frame: _input.UInt64(); return true; // Frames only tell a reader how much to buffer.
            case PickleOpcode.Proto:
                int protocol = _input.UInt8();
                if (protocol > NewestProtocol)
                {
                    throw Wrong($"protocol {protocol} is newer than {NewestProtocol}; save it with that one");
                }

                return true;
            default: return false;
        }
    }

    private readonly void Push(object? value) => Bound(_stack.Push(value));

    private readonly object? Pop() => _stack.TryPop(out object? value) ? value : throw Underflow();

    private readonly object? Peek() => _stack.TryPeek(out object? value) ? value : throw Underflow();

    private readonly object?[] PopToMark() => _stack.TryPopToMark(out var values) ? values : throw Underflow();

    private readonly object?[] Tuple(int length)
    {
        var items = new object?[length];
        for (int i = length - 1; i >= 0; i--)
        {
            items[i] = Pop();
        }

        return items;
    }

    private readonly void Extend(object?[] items)
    {
        if (Peek() is not List<object?> list)
        {
            throw Wrong($"items are appended to {Kind(Peek())}; the pickle is damaged");
        }

        list.AddRange(items);
    }

    private readonly void Fill(object?[] items)
    {
        if (Peek() is not PickleDictionary dictionary)
        {
            throw Wrong($"entries are set in {Kind(Peek())}; the pickle is damaged");
        }

        if (items.Length % 2 != 0)
        {
            throw Wrong("a key has no value; the pickle is damaged");
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            if (items[i] is string { Length: > LongestKey })
            {
                throw Wrong($"a key is longer than the {LongestKey} characters allowed");
            }

            dictionary.Set(items[i], items[i + 1]);
        }
    }

    private readonly void Remember(uint index)
    {
        // Writers number the memo from 0 or 1 upwards, so no number can exceed the bytes before it; a larger one would only take memory.
        if (index > _input.Instruction)
        {
            throw Wrong($"memo {index} is out of order; the pickle is damaged");
        }

        while (_memo.Count <= index)
        {
            _memo.Add(Unset);
        }

        _memo[(int)index] = Peek();
    }

    private readonly void Recall(uint index)
    {
        if (index >= _memo.Count || ReferenceEquals(_memo[(int)index], Unset))
        {
            throw Wrong($"memo {index} is used before it is set; the pickle is damaged");
        }

        Push(_memo[(int)index]);
    }

    private PickleGlobal NextGlobal()
    {
        string module = PickleText.Bytes(_input.Line());
        return Global(module, PickleText.Bytes(_input.Line()));
    }

    private readonly PickleGlobal Global(string module, string name)
    {
        if (module.Length + name.Length >= LongestName)
        {
            throw Wrong($"a name is longer than the {LongestName} characters allowed");
        }

        string full = $"{module}.{name}";
        return allowed.Find(full) ?? throw Wrong($"{Printable.Name(full)} is not allowed; only plain data is read, code is never run");
    }

    private readonly void Invoke(object?[] call)
    {
        if (call is not [PickleGlobal { Call: { } function } global, object?[] arguments])
        {
            throw Wrong($"calling {(call[0] is PickleGlobal named ? Printable.Name(named.Name) : Kind(call[0]))} is not allowed");
        }

        try
        {
            Push(function(arguments));
        }
        catch (FormatException e)
        {
            throw Wrong($"{global.Name}: {e.Message}");
        }
    }

    private readonly void Resolve(object? id)
    {
        if (persistent is null)
        {
            throw Wrong("references to objects outside of the pickle are not allowed");
        }

        try
        {
            Push(persistent(id));
        }
        catch (FormatException e)
        {
            throw Wrong(e.Message);
        }
    }

    private static readonly object Unset = new();

    private static string Kind(object? value) => value switch
    {
        null => "None",
        string => "text",
        List<object?> => "a list",
        object?[] => "a tuple",
        PickleDictionary => "a dict",
        PickleGlobal global => Printable.Name(global.Name),
        bool or long or double or System.Numerics.BigInteger => "a number",
        _ => "an object",
    };

    private readonly void Bound(string? exceeded)
    {
        if (exceeded is not null)
        {
            throw Wrong($"{exceeded}; the pickle is damaged or hostile");
        }
    }

    private readonly PickleFormatException Underflow() => Wrong("a value is missing on the stack; the pickle is damaged");

    private readonly PickleFormatException Malformed(string what) => Wrong($"not {what}; the pickle is damaged");

    private readonly PickleFormatException Wrong(string problem) => _input.Wrong(problem);
}
