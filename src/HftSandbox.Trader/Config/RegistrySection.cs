using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Trader.Config;

/// <summary><c>registry</c>: venues and symbols. Without one: the original's single symbol.</summary>
internal static class RegistrySection
{
    private const string Venues = "registry:venues";
    private const string Symbols = "registry:symbols";
    private const int NameLengthMax = 32;

    /// <summary>The instruments, in the order of their ids; without limits of their own.</summary>
    public static ImmutableArray<InstrumentConfig> Read(ConfigLayers layers, ConfigReader reader)
    {
        var venues = Names(layers, reader, Venues);
        if (venues.IsEmpty)
            venues = ["SIM"];
        if (!layers.Has(Symbols))
            return [Instrument(reader, $"{Symbols}:0", "TEST-USD", venues[0])];

        var instruments = ImmutableArray.CreateBuilder<InstrumentConfig>();
        foreach (var element in layers.Elements(Symbols))
        {
            var path = $"{Symbols}:{element}";
            if (Name(layers, reader, path) is { } name)
                instruments.Add(Instrument(reader, path, name, Venue(layers, reader, path, venues)));
        }

        ReportDuplicates(layers, Symbols, [.. instruments.Select(instrument => instrument.Name)]);
        if (instruments.Count == 0)
            layers.Report(Symbols, "lists no symbol");
        if (instruments.Count > Limits.InstrumentsMax)
            layers.Report(Symbols, $"lists more than {Limits.InstrumentsMax} symbols");
        return instruments.ToImmutable();
    }

    /// <summary>A symbol that the configuration names: reports one that the registry does not list.</summary>
    public static string Symbol(
        ConfigLayers layers, string path, string? name, ImmutableArray<InstrumentConfig> instruments, string fallback)
    {
        if (name is null || instruments.Any(instrument => instrument.Name == name))
            return name ?? fallback;
        layers.Report(
            path,
            $"unknown symbol \"{name}\"",
            Spelling.Closest(name, instruments.Select(instrument => instrument.Name)));
        return fallback;
    }

    /// <summary>Reports names that stand twice, be it in other letter case, in the list at a path.</summary>
    public static void ReportDuplicates(ConfigLayers layers, string path, ImmutableArray<string> names)
    {
        var groups = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase);
        foreach (var group in groups.Where(group => group.Skip(1).Any()))
            layers.Report(path, $"lists \"{group.Last()}\" twice");
    }

    /// <summary>The name of a list's element; null = it has none, or none that can be used, which is
    /// reported.</summary>
    public static string? Name(ConfigLayers layers, ConfigReader reader, string path)
    {
        var isPresent = layers.TryGet($"{path}:name", out _);
        var name = reader.Text($"{path}:name");
        if (!isPresent)
            layers.Report(path, "lacks a name");
        if (name is null || (name.Length <= NameLengthMax && name.All(IsOfName)))
            return name;
        layers.Report($"{path}:name", $"may have {NameLengthMax} of the characters A–Z a–z 0–9 . - _ /");
        return null;
    }

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || ".-_/".Contains(character);

    private static ImmutableArray<string> Names(ConfigLayers layers, ConfigReader reader, string list)
    {
        ImmutableArray<string> names =
        [
            .. layers.Elements(list).Select(element => Name(layers, reader, $"{list}:{element}")).OfType<string>(),
        ];
        ReportDuplicates(layers, list, names);
        return names;
    }

    private static string Venue(ConfigLayers layers, ConfigReader reader, string path, ImmutableArray<string> venues)
    {
        var venue = reader.Text($"{path}:venue") ?? venues[0];
        if (!venues.Contains(venue))
            layers.Report($"{path}:venue", $"unknown venue \"{venue}\"", Spelling.Closest(venue, venues));
        return venue;
    }

    private static InstrumentConfig Instrument(ConfigReader reader, string path, string name, string venue)
    {
        var priceScale = Scale("PriceScale");
        var quantityScale = Scale("QuantityScale");
        var notionalScale = Scale("NotionalScale");
        reader.Text($"{path}:base");
        return new InstrumentConfig
        {
            Name = name,
            Venue = venue,
            Quote = reader.Text($"{path}:quote"),
            PriceScale = priceScale,
            QuantityScale = quantityScale,
            NotionalScale = notionalScale,
            FeeScale = Scale("FeeScale"),
            TickSize = reader.Amount($"{path}:tickSize", priceScale),
            LotSize = reader.Amount($"{path}:lotSize", quantityScale),
            MinQty = reader.Amount($"{path}:minQty", quantityScale),
            MinNotional = reader.Amount($"{path}:minNotional", notionalScale),
            Multiplier = reader.Integer($"{path}:multiplier"),
            AllowNegativePrice = reader.Boolean($"{path}:allowNegativePrice"),
            MakerFeeRateE8 = reader.FeeRateE8($"{path}:makerFeeBps"),
            TakerFeeRateE8 = reader.FeeRateE8($"{path}:takerFeeBps"),
        };

        int Scale(string scale) => (int)reader.Integer($"{path}:scale:{scale}");
    }
}
