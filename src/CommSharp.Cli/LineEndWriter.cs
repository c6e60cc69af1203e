using System.Text;

namespace CommSharp.Cli;

/// <summary>Leaves out the blanks before a line's end, with which tables fill their columns: noise in a file, and invisible on a screen.</summary>
internal sealed class LineEndWriter(TextWriter inner) : TextWriter
{
    private int _blanks;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value)
    {
        if (value == ' ')
        {
            _blanks++;
            return;
        }

        if (value is '\n' or '\r')
        {
            _blanks = 0;
        }

        WriteBlanks();
        inner.Write(value);
    }

    /// <summary>A line that waits to be continued, such as a prompt, keeps its blanks.</summary>
    public override void Flush()
    {
        WriteBlanks();
        inner.Flush();
    }

    private void WriteBlanks()
    {
        for (; _blanks > 0; _blanks--)
        {
            inner.Write(' ');
        }
    }
}
