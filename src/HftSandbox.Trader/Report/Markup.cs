using System.Globalization;
using System.Net;
using System.Text;

namespace HftSandbox.Trader.Report;

/// <summary>Well-formed markup, element by element; text is escaped where it is written.</summary>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>Writes markup as it is.</summary>
    /// <param name="markup">Well-formed markup of our own.</param>
    public Markup Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>Writes text.</summary>
    /// <param name="text">Any text.</param>
    public Markup Text(string text)
    {
        _text.Append(WebUtility.HtmlEncode(text));
        return this;
    }

    /// <summary>Opens an element.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="attributes">Names and values in turn.</param>
    public Markup Open(string name, params ReadOnlySpan<object> attributes)
    {
        Tag(name, attributes);
        _text.Append('>');
        _open.Push(name);
        return this;
    }

    /// <summary>Closes the last element opened.</summary>
    public Markup Close()
    {
        _text.Append("</").Append(_open.Pop()).Append(">\n");
        return this;
    }

    /// <summary>Writes an element with text alone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">Its text.</param>
    /// <param name="attributes">Names and values in turn.</param>
    public Markup Element(string name, string text, params ReadOnlySpan<object> attributes) =>
        Open(name, attributes).Text(text).Close();

    /// <summary>Writes an element of SVG with a tooltip.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tooltip">The tooltip; empty = none.</param>
    /// <param name="attributes">Names and values in turn.</param>
    public Markup Shape(string name, string tooltip, params ReadOnlySpan<object> attributes)
    {
        if (tooltip.Length > 0)
            return Open(name, attributes).Element("title", tooltip).Close();
        Tag(name, attributes);
        _text.Append("/>\n");
        return this;
    }

    private void Tag(string name, ReadOnlySpan<object> attributes)
    {
        _text.Append('<').Append(name);
        for (var at = 0; at < attributes.Length; at += 2)
        {
            var value = Convert.ToString(attributes[at + 1], CultureInfo.InvariantCulture);
            _text.Append(' ').Append(attributes[at]).Append("=\"").Append(WebUtility.HtmlEncode(value)).Append('"');
        }
    }
}
