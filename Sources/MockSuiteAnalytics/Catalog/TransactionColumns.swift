/// The columns of `transaction`: over three hundred, as a real account has, and two thirds of them never filled.
enum TransactionColumns {
    static let all = filled + customFilled + unfilled

    private static let filled: [CatalogColumn] = [
        .id(negative: 2), .text("transactionnumber", 40, .code("T")), .text("tranid", 45, .code("2024-"), nulls: 30),
        .text("trandisplayname", 400, .words(2)),
        .choice("type", "SalesOrd", "CustInvc", "VendBill", "Journal", "CustPymt", "CashSale", "PurchOrd"),
        .choice("abbrevtype", "SO", "INV", "BILL", "JE", "PYMT"),
        .choice("recordtype", "salesorder", "invoice", "vendorbill", "journalentry", "customerpayment"),
        .date("trandate", nulls: 4), .time("createddate"), .modified(),
        .reference("createdby", to: "employee", nulls: 60), .reference("lastmodifiedby", to: "employee", nulls: 60),
        .date("closedate", nulls: 500), .date("duedate", nulls: 400), .date("startdate", nulls: 800),
        .date("enddate", nulls: 800), .date("shipdate", nulls: 600), .date("reversaldate", nulls: 950),
        .reference("entity", to: "Customer", nulls: 80), .reference("employee", to: "employee", nulls: 500),
        .reference("currency", to: "currency"), .rate("exchangerate"),
        .text("status", 10, .choice(["A", "B", "C", "D", "F"])),
        .integer("approvalstatus", 1...3, nulls: 300), .flag("posting", 800),
        .reference("postingperiod", to: "accountingPeriod", nulls: 150), .flag("isreversal", 10),
        .integer("reversal", 1...90_000, nulls: 980), .flag("reversaldefer", 5), .flag("void", 20), .flag("voided", 20),
        .text("memo", 4000, .words(5), nulls: 300), .text("externalid", 255, .code("IMP-"), nulls: 600),
        .text("email", 4000, .code("billing@example.org#"), nulls: 400), .flag("tobeprinted", 200),
        .flag("tobeemailed", 300),
        .amount("foreigntotal"), .amount("foreignamountpaid", nulls: 300), .amount("foreignamountunpaid", nulls: 300),
        .amount("foreignpaymentamountused", nulls: 800), .amount("foreignpaymentamountunused", nulls: 800),
        .amount("totalaftertaxes", nulls: 100), .amount("fxamount").asCalculated, .amount("fxnetamount").asCalculated,
        .integer("daysopen", 0...900, nulls: 300).asCalculated,
        .integer("daysoverduesearch", 0...400, nulls: 500).asCalculated,
        .integer("daysoverdue", 0...400, nulls: 500).asCalculated,
        .text("amountremainingtotalbox", 40, .code(""), nulls: 700).asCalculated,
        .integer("billingaddress", 1...900, nulls: 200), .integer("shippingaddress", 1...900, nulls: 200),
        .flag("billingstatus", 400), .choice("shipcarrier", "ups", "nonups", nulls: 500), .flag("shipcomplete", 100),
        .integer("terms", 1...6, nulls: 300), .integer("paymentmethod", 1...9, nulls: 500), .flag("paymenthold", 10),
        .text("otherrefnum", 300, .code("PO "), nulls: 400), .flag("ordpicked", 300),
        .flag("printedpickingticket", 300),
        .integer("nexus", 1...5, nulls: 100), .rate("probability", nulls: 700), .amount("projectedtotal", nulls: 700),
        .amount("rangehigh", nulls: 800), .amount("rangelow", nulls: 800),
        .choice("source", "CSV", "Web Services", "UI", nulls: 200), .flag("taxdetailsoverride", 30),
        .flag("taxpointdateoverride", 10), .flag("taxregoverride", 10), .amount("estgrossprofit", nulls: 300),
        .rate("estgrossprofitpercent", nulls: 300), .integer("entitystatus", 6...20, nulls: 500), .flag("firmed", 30),
        .flag("intercoadj", 5), .choice("intercostatus", "1", "2", nulls: 900), .flag("balsegstatus", 5),
        .choice("journaltype", "REGULAR", "STATISTICAL", nulls: 800), .flag("legacytax", 100),
        .flag("visibletocustomer", 200),
        .flag("isactualprodexchangerate", 5), .choice("weekendpreference", "ASIS", "NEXT", nulls: 900),
        .text("trackingnumberlist", 4000, .code("1Z"), nulls: 800), .text("title", 60, .words(2), nulls: 800),
        .integer("number", 1...999_999), .text("internalhash", 40, .code("h")).asHidden,
        .integer("legacyid", 1...99_999).asHidden, .amount("commission", nulls: 500).asRestricted,
    ]

    private static let customFilled: [CatalogColumn] = [
        .text("custbody_kns_channel", 300, .choice(["Web", "Büro", "Messe", "対面"]), nulls: 200).asCustom,
        .text("custbody_kns_subsidiaries", 4000, .multiSelect("Subsidiary"), nulls: 300).asCustom,
        .clob("custbody_kns_notes", 2000).asCustom, .clob("custbody_kns_terms", 6000, nulls: 900).asCustom,
        .date("custbody_kns_promised", nulls: 500).asCustom, .time("custbody_kns_synced", nulls: 300).asCustom,
        .rate("custbody_kns_margin", nulls: 200).asCustom, .amount("custbody_kns_rebate", nulls: 700).asCustom,
        .flag("custbody_kns_checked", 500).asCustom, .integer("custbody_kns_score", -100...100, nulls: 200).asCustom,
        .text("custbody_kns_Größe", 300, .choice(["S", "M", "L"]), nulls: 400).asCustom,
        .reference("custbody_kns_approver", to: "employee", nulls: 500).asCustom,
        .text("custbody_kns_link", 1000, .code("https://example.org/?q=ä&n="), nulls: 500).asCustom,
        .text("custbody_kns_Mixed Case", 300, .words(1), nulls: 400).asCustom,
        .text("custbody_kns_json", 4000, .sql("'{\"n\": ' || i || '}'"), nulls: 400).asCustom,
    ]

    private static let unfilled: [CatalogColumn] =
        names(
            """
            tobefaxed isbookspecific isfinchrg ismultishipto isrevrectransaction isallocation iscrosssubtransaction \
            isonlinetransaction recognizedrevenue revenuestatusupdated revreconrevcommitment deferrevenue \
            shippingtaxoverride includeinforecast excludecommission tranisvsoebundle syncpartnerteams syncsalesteams \
            getauth ccapproved creditcardapproved ignoreavs ignorecsc ignorecheck paypalprocess \
            returntrackingrequired saleseffectivedateoverride usesitemcostasvendcost autocalculatelag autoapplied \
            isdefaultshippingrequest handlingtaxoverride couponsingleuse discountautocalc islockedbyperiod \
            canbeunapproved
            """
        ).map { .empty($0, .varchar(1)) }
        + names(
            """
            partner leadsource salesteamcontact job contact messagesel shippingtaxcode handlingtaxcode couponcode \
            promocode discountitem giftcert giftcertitem shipmethod paymentoption paymentoperation paymentprofile \
            terminal merchantaccount ccprocessoraccount accountbasednumber billingschedule revenuearrangement \
            revreccommitment deferredrevenueaccount revrecschedule revrecstartrule intercotransaction \
            intercompanyclearing sourcetransaction parentexpensealloc allocationschedule allocationtype opportunity \
            forecasttype salesreadiness competitor winlossreason buyingreason buyingtimeframe transferlocation \
            tolocation fromlocation incoterm assemblyitem billofmaterials billofmaterialsrevision \
            manufacturingrouting workordertype wave pickstrategy fulfillingtransaction returnauthorization \
            recordtypeid customform subsidiarynexus nexusoverride bankaccount payee transactionbatch statementid \
            blanketpurchaseorder purchasecontract requisition approvalrouting nextapprover createdfromallocation \
            landedcostsource
            """
        ).map { .empty($0, .bigint) }
        + names(
            """
            discounttotal discountrate shippingcost handlingcost giftcertapplied altshippingcost althandlingcost \
            subtotal taxtotal tax2total altsalestotal altsalesamount totalcostestimate estimatedbudget \
            currentbalance availablevendorcredit paymentamountapplied unappliedamount pendingamount authorizedamount \
            capturedamount alttaxtotal rangelowalt rangehighalt weightedtotal contribpct totalweight insuredvalue \
            declaredvalue landedcostamount1 landedcostamount2 landedcostamount3 landedcostamount4
            """
        ).map { .empty($0, .double) }
        + names(
            """
            message vendorref checknumber tranprefix altname linkedtrackingnumbers trackingnumbers shipattention \
            shipaddressee shipphone billattention billaddressee billphone ponumber contractname contractnumber \
            ccname ccnumber ccexpire pnrefnum authcode avsstreetmatch avszipmatch cscmatch iavs paypalstatus \
            paypaltranid cardholderauthentication softdescriptor dsttransid packinglistinstructions \
            warehouseinstructions deliveryinstructions entitytaxregistration legalnumber fiscalcode documentcode \
            edocumentnumber externalsystem referencecode taxexemptreason journaldescription rejectionreason \
            closereason delayreason subject campaignname
            """
        ).map { .empty($0, .varchar(4000)) }
        + names(
            """
            startdate2 enddate2 canceldate actualshipdate expectedclosedate revrecstartdate revrecenddate \
            revreccommitdate billdate nextbilldate discountdate saleseffectivedate installdate promisedate \
            receivebydate pickedpackeddate validfrom validuntil taxpointdate shippeddate confirmeddate printeddate \
            emaileddate depositdate clearancedate
            """
        ).map { .empty($0, .timestamp) }
        + (1...24).map { .empty("custbody_unused_\($0)", .varchar(300)).asCustom }

    private static func names(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }
}
