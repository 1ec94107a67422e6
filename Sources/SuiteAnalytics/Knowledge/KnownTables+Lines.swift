extension KnownTables {
    /// What is publicly known of NetSuite2.com's tables, one a line; a star stands for the rest of a custom table's name.
    ///
    /// The numbers of record types are those of `systemnote`; that `deletedrecord` has the same is not proven, nor how it spells
    /// types: the names are those of the SOAP list of records whose deletions are kept. `trust` is that of the weakest claim of a
    /// line: `documented` by Oracle, seen in `code` that runs, `secondary` or `remembered`.
    static let lines = """
        table,unique_columns,incremental_key,parent_table,parent_key,child_key,deletions,record_type,deleted_types,trust,source
        transaction,id,lastmodifieddate,,,,logged,-30,assemblybuild+assemblyunbuild+binputawayworksheet+bintransfer+blanketpurchaseorder+cashrefund+cashsale+check+creditmemo+customerdeposit+customerpayment+customerrefund+custompurchase+customsale+customtransaction+deposit+depositapplication+estimate+expensereport+fulfillmentrequest+inboundshipment+intercompanyjournalentry+advintercompanyjournalentry+inventoryadjustment+inventorycostrevaluation+inventorycount+inventorystatuschange+inventorytransfer+invoice+itemfulfillment+itemreceipt+journalentry+landedcost+opportunity+paycheck+paycheckjournal+periodendjournal+purchasecontract+purchaseorder+purchaserequisition+requestforquote+returnauthorization+revenuearrangement+revenuecommitment+revenuecommitmentreversal+salesorder+statisticaljournalentry+storepickupfulfillment+transferorder+vendorbill+vendorcredit+vendorpayment+vendorprepayment+vendorprepaymentapplication+vendorreturnauthorization+vendorrequestforquote+wave+workorder+workorderclose+workordercompletion+workorderissue,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py TransactionsStream; estuary/connectors@a9bf953 netsuite-suiteanalytics.md (base record with deletes in deletedrecord)
        transactionline,transaction+id,linelastmodifieddate,transaction,id,transaction,unlogged,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py TransactionLinesStream; swishbi/dbt_netsuite_source@4958168 models and seeds unique_combination_of_columns; estuary/connectors@a9bf953 netsuite-suiteanalytics.md (deletes not covered)
        transactionaccountingline,transaction+transactionline+accountingbook,,transaction,id,transaction,unlogged,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py TransactionAccountingLinesStream (key; no replication key); estuary/connectors@a9bf953 netsuite-suiteanalytics.md (association; deletes not covered); lastmodifieddate exists since 2023.1 but mostly NULL: stitchdata/docs issue 1049
        nexttransactionlink,previousdoc+nextdoc+linktype,,transaction,id,previousdoc,,,,remembered,GSpo7/suiteql-sql-library@6631e3c item-fulfillments-for-sales-order.sql; lumapps/tap-netsuitesuiteql@9e5d51e tap_netsuitesuiteql/streams.py (join columns; uniqueness unproven)
        previoustransactionlink,previousdoc+nextdoc+linktype,,transaction,id,nextdoc,,,,remembered,lumapps/tap-netsuitesuiteql@9e5d51e tap_netsuitesuiteql/streams.py (join columns; uniqueness unproven)
        nexttransactionlinelink,previousdoc+previousline+nextdoc+nextline+linktype,lastmodifieddate,transaction,id,previousdoc,,,,remembered,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py RelatedTransactionLinesStream (cursor; its own id leaves out nextline+linktype and SELECTs DISTINCT; full combination unproven); timdietrich.me/blog/netsuite-suiteql-related-transactions (columns)
        previoustransactionlinelink,nextdoc+nextline+previousdoc+previousline+linktype,lastmodifieddate,transaction,id,nextdoc,,,,remembered,estuary/connectors@a9bf953 netsuite-suiteanalytics.md (cursor); swishbi/dbt_netsuite_source@4958168 models and seeds previous_transaction_line_link seed (columns; uniqueness unproven)
        nexttransactionaccountinglinelink,,lastmodifieddate,transaction,id,previousdoc,,,,remembered,estuary/connectors@a9bf953 netsuite-suiteanalytics.md (cursor); other columns not seen, parent link by analogy unproven
        previoustransactionaccountinglinelink,,lastmodifieddate,transaction,id,nextdoc,,,,remembered,estuary/connectors@a9bf953 netsuite-suiteanalytics.md (cursor); other columns not seen, parent link by analogy unproven
        transactionshippingaddress,nkey,lastmodifieddate,transaction,shippingaddress,nkey,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py (commented-out stream); aideny-kr/ecom-netsuite-suites@f76fa5f (join)
        transactionbillingaddress,nkey,lastmodifieddate,transaction,billingaddress,nkey,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py (commented-out stream); aideny-kr/ecom-netsuite-suites@f76fa5f (join)
        transactionaddressmappingaddress,nkey,,transaction,shippingaddress,nkey,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py InvoiceAddressesStream (nkey in transaction.billingaddress and .shippingaddress)
        transactionsalesteam,id,,transaction,id,transaction,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds (no test; column id)
        transactionstatus,trantype+id+trancustomtype,,,,,,,,remembered,swishbi/dbt_netsuite_source@4958168 models and seeds seed (fullname,id,name,trantype); lumapps/tap-netsuitesuiteql@9e5d51e tap_netsuitesuiteql/streams.py joins on id+trantype+trancustomtype; uniqueness unproven; trancustomtype may be NULL
        transactionhistory,internalid,datetime,transaction,id,transaction,,,,code,lumapps/tap-netsuitesuiteql@9e5d51e tap_netsuitesuiteql/streams.py DeletedTransactionsStream (action = DELETE, cursor datetime); estuary netsuite-suiteql.md lists the table as keyless
        tranpromotion,transaction+couponcode+promocode,lastmodifieddate,transaction,id,transaction,,,,code,vuanembi/vuanem-suiteanalytics-connect dev netsuite/pipeline/netsuite2/tran_promotion.py; public code (NS2TranPromotion: key)
        trackingnumbermap,transaction+trackingnumber,,transaction,id,transaction,,,,remembered,GSpo7/suiteql-sql-library@6631e3c shipments-detailed.sql (join; uniqueness unproven)
        trackingnumber,id,,,,,,,,code,GSpo7/suiteql-sql-library@6631e3c shipments-detailed.sql (join)
        transactionshipment,doc,,transaction,id,doc,,,,remembered,GSpo7/suiteql-sql-library@6631e3c shipments.sql (join; one row per doc unproven)
        inventoryassignment,id,,transactionline,transaction+id,transaction+transactionline,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds seed; netsuitediagnostics.com/posts/inventory-assignment (join)
        salesinvoiced,,,transaction,id,transaction,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SalesInvoicedStream (declares key id, yet its column list has no id: transaction, tranline, uniquekey)
        salesordered,,,transaction,id,transaction,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SalesOrderedStream (declares key id; no id seen in the sibling salesinvoiced)
        invoicegroup,id,lastmodifieddate,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py InvoiceGroupStream
        charge,id,lastmodifieddate,,,,,-290,charge,code,gupy-io/tap-suiteql@db4232a tap_suiteql/streams.py ChargeStream
        revenueelement,id,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py RevenueElementStream; swishbi/dbt_netsuite_source@4958168 models and seeds
        revenueplan,id,lastmodifieddate,revenueelement,id,createdfrom,,,revenueplan,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        revenueplanplannedrevenue,id,,revenueplan,id,revenueplan,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        revenueplanplannedcost,id,,revenueplan,id,revenueplan,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        revenueplanstatus,key,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        revenueplantype,key,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        billingrevenueevent,id,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        billingschedule,id,,,,,,-141,billingschedule,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py BillingSchedulesStream; swishbi/dbt_netsuite_source@4958168 models and seeds
        billingschedulemilestone,,,billingschedule,id,billingschedule,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds (no id column)
        billingschedulerecurrence,billingschedule+recurrenceid,,billingschedule,id,billingschedule,,,,remembered,swishbi/dbt_netsuite_source@4958168 models and seeds (no test; pair unproven)
        billingscheduletype,id,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        billingaccount,id,lastmodifieddate,,,,,-333,billingaccount,code,gupy-io/tap-suiteql@db4232a tap_suiteql/streams.py BillingAccountStream
        timebill,id,lastmodifieddate,,,,,-256,timebill+timeentry,code,swishbi/dbt_netsuite_source@4958168 models and seeds time_entries
        timeofftype,id,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        customer,id,lastmodifieddate,,,,logged,-2,customer+lead+prospect,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py CustomersStream; estuary/connectors@a9bf953 netsuite-suiteanalytics.md (base record with deletes in deletedrecord)
        vendor,id,lastmodifieddate,,,,logged,-3,vendor,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py VendorStream; estuary/connectors@a9bf953 netsuite-suiteanalytics.md (base record with deletes in deletedrecord)
        contact,id,lastmodifieddate,,,,,-6,contact,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py ContactsStream
        partner,id,lastmodifieddate,,,,,-5,partner,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py PartnersStream
        employee,id,lastmodifieddate,,,,logged,-4,employee,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py EmployeesStream (key, full table); public tap-suiteql code (date); estuary/connectors@a9bf953 netsuite-suiteanalytics.md (date, deletes)
        entity,id,lastmodifieddate,,,,,,,code,public tap-suiteql code (key, date); swishbi/dbt_netsuite_source@4958168 models and seeds unique
        job,id,lastmodifieddate,,,,,-7,job+project,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py ProjectsStream (key); fivetran/dbt_netsuite seeds (date)
        entityaddress,nkey,lastmodifieddate,,,,,,,code,fivetran/dbt_netsuite@986fb90 models and seeds entity_address seed (nkey, recordowner, lastmodifieddate); public tap-suiteql code uses nkey+recordowner; lumapps/tap-netsuitesuiteql@9e5d51e tap_netsuitesuiteql/streams.py joins customer.defaultbillingaddress = nkey
        entitygroup,id,lastmodifieddate,,,,,,entitygroup,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py EntityGroupsStream
        entitystatus,key,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py EntityStatusStream
        customersubsidiaryrelationship,id,,customer,id,entity,,,customersubsidiaryrelationship,code,fivetran/dbt_netsuite@986fb90 models and seeds seed; hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py CustomersStream join
        vendorsubsidiaryrelationship,id,,vendor,id,entity,,,vendorsubsidiaryrelationship,code,fivetran/dbt_netsuite@986fb90 models and seeds seed; hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py VendorStream join
        customeraddressbook,entity+addressbookaddress,,customer,id,entity,,,,remembered,swishbi/dbt_netsuite_source@4958168 models and seeds seed (columns addressbookaddress, entity; uniqueness unproven)
        customeraddressbookentityaddress,nkey,lastmodifieddate,customeraddressbook,addressbookaddress,nkey,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py CustomerEntityAddressesStream; swishbi/dbt_netsuite_source@4958168 models and seeds seed
        vendoraddressbookentityaddress,nkey,,vendor,defaultbillingaddress,nkey,,,,remembered,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py VendorEntityAddressesStream (reads only the default billing and shipping address; all others hang on vendoraddressbook unproven)
        customercategory,id,,,,,,-109,customercategory,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py CustomerCategoryStream; swishbi/dbt_netsuite_source@4958168 models and seeds unique
        vendorcategory,id,lastmodifieddate,,,,,-110,vendorcategory,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py VendorCategoryStream; fivetran/dbt_netsuite@986fb90 models and seeds seed (date); swishbi/dbt_netsuite_source@4958168 models and seeds unique
        employeestatus,id,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        employeestatuscategory,key,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds seed
        employeetype,id,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        employeerolesforsearch,entity+role,,employee,id,entity,,,,remembered,GSpo7/suiteql-sql-library@6631e3c employees-roles-permissions.sql (join; uniqueness unproven)
        employeeemergencycontact,,,employee,id,employee,,,,code,GSpo7/suiteql-sql-library@6631e3c employees-emergency-contacts.sql (join)
        role,id,,,,,,-264,role,code,GSpo7/suiteql-sql-library@6631e3c roles-*.sql
        rolepermissions,,,role,id,role,,,,code,GSpo7/suiteql-sql-library@6631e3c employees-roles-permissions.sql (join)
        loginaudit,,date,,,,,,,code,GSpo7/suiteql-sql-library@6631e3c employees-last-logins.sql (columns user, role, date)
        jobtype,id,,,,,,-177,jobtype,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py JobTypesStream; swishbi/dbt_netsuite_source@4958168 models and seeds
        jobstatus,id,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds seed
        jobresources,project+jobresource,,job,id,project,,,,remembered,swishbi/dbt_netsuite_source@4958168 models and seeds (columns; uniqueness unproven)
        projecttask,id,,job,id,project,,-27,projecttask,code,swishbi/dbt_netsuite_source@4958168 models and seeds seed
        projecttaskassignee,projecttask+resource+serviceitem,,projecttask,id,projecttask,,,,remembered,swishbi/dbt_netsuite_source@4958168 models and seeds seed (columns; uniqueness unproven)
        workcalendar,id,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds seed
        workcalendarholiday,workcalendar+exceptiondate,,workcalendar,id,workcalendar,,,,remembered,swishbi/dbt_netsuite_source@4958168 models and seeds seed (columns; uniqueness unproven)
        item,id,lastmodifieddate,,,,logged,-10,assemblyitem+descriptionitem+discountitem+downloaditem+expenseitem+giftcertificateitem+inventoryitem+itemgroup+kititem+lotnumberedassemblyitem+lotnumberedinventoryitem+markupitem+noninventoryitem+noninventorypurchaseitem+noninventoryresaleitem+noninventorysaleitem+otherchargeitem+otherchargepurchaseitem+otherchargeresaleitem+otherchargesaleitem+paymentitem+serializedassemblyitem+serializedinventoryitem+serviceitem+servicepurchaseitem+serviceresaleitem+servicesaleitem+subtotalitem,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py ItemStream; estuary/connectors@a9bf953 netsuite-suiteanalytics.md (base record with deletes in deletedrecord)
        itemprice,,,item,id,item,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py ItemPriceStream (no key declared; filter item); GSpo7/suiteql-sql-library@6631e3c item-group-members.sql (columns pricelevelname, price, isinactive)
        pricing,internalid,,item,id,item,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py PricingStream (key internalid), InventoryPricingStream (join)
        pricelevel,id,lastmodifieddate,,,,,-186,pricelevel,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py PriceLevelStream
        itemvendor,,,item,id,item,,,,remembered,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py ItemVendorStream (no key declared; item+vendor is not always unique, subsidiary comes in on OneWorld unproven); GSpo7/suiteql-sql-library@6631e3c items-inventory-analysis.sql (columns item, vendor)
        itemmember,,,item,id,parentitem,,,,code,GSpo7/suiteql-sql-library@6631e3c item-group-members.sql (parentitem, item, quantity)
        kititemmember,,,item,id,parentitem,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py kitItemMemberStream (join)
        assemblyitemmember,,,item,id,parentitem,,,,code,GSpo7/suiteql-sql-library@6631e3c assembly-items-with-components.sql (join)
        inventoryitemlocations,item+location,lastquantityavailablechange,item,id,item,,,,remembered,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py InventoryItemLocationsStream (cursor; declares no key; pair unproven)
        aggregateitemlocation,item+location,,item,id,item,,,,remembered,GSpo7/suiteql-sql-library@6631e3c Serial Number Aging.sql (join; pair unproven)
        inventorybalance,,,item,id,item,,,,remembered,GSpo7/suiteql-sql-library@6631e3c Serial Number Aging.sql (inventorynumber = inventorynumber.id); grain item+location+binnumber+inventorynumber+inventorystatus, columns may be NULL unproven
        inventorynumber,id,,item,id,item,,-266,inventorynumber,code,GSpo7/suiteql-sql-library@6631e3c items-with-expiration-dates.sql, Serial Number Aging.sql
        itembinquantity,item+bin,,bin,id,bin,,,,remembered,GSpo7/suiteql-sql-library@6631e3c bins-empty.sql (join; pair unproven)
        bin,id,lastmodifieddate,location,id,location,,-242,bin,code,swishbi/dbt_netsuite_source@4958168 models and seeds seed
        itemtype,id,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        itemsubtype,key,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds
        promotioncode,id,,,,,,-121,promotioncode,code,vuanembi/vuanem-suiteanalytics-connect dev netsuite/pipeline/netsuite2/promotion_code.py
        promotioncodecurrency,promotioncode+currency,,promotioncode,id,promotioncode,,,,remembered,vuanembi/vuanem-suiteanalytics-connect dev netsuite/pipeline/netsuite2/promotion_code_currency.py (columns; uniqueness unproven)
        transactionaddressmapping,id,lastmodifieddate,transaction,id,transaction,,,,code,vuanembi/vuanem-suiteanalytics-connect dev netsuite/pipeline/netsuite2/transactionAddressMapping.py
        couponcode,id,,promotioncode,id,promotion,,,couponcode,code,vuanembi/vuanem-suiteanalytics-connect dev netsuite/pipeline/netsuite2/coupon_code.py (cursor is id: new rows only)
        subscription,id,lastmodifieddate,,,,,,subscription,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubscriptionsStream; gupy-io/tap-suiteql@db4232a tap_suiteql/streams.py (date)
        subscriptionline,id,lastmodifieddate,subscription,id,subscription,,,,remembered,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubscriptionLinesStream (key); gupy-io/tap-suiteql@db4232a tap_suiteql/streams.py (date); parent column unproven
        subscriptionplan,id,lastmodifieddate,,,,,,subscriptionplan,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubscriptionPlansStream; gupy-io/tap-suiteql@db4232a tap_suiteql/streams.py (date)
        subscriptionterm,id,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubscriptionTermsStream
        subscriptionpriceinterval,id,,subscription,id,subscription,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubscriptionPriceIntervalStream; gupy-io/tap-suiteql@db4232a tap_suiteql/streams.py
        subscriptionlinerevision,subscription+subscriptionline+subscriptionrevision,lastmodifieddate,subscriptionline,id,subscriptionline,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubscriptionLineRevisionStream (key); gupy-io/tap-suiteql@db4232a tap_suiteql/streams.py uses id + lastmodifieddate
        subscriptionchangeorder,id,lastmodifieddate,subscription,id,subscription,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubscriptionChangeOrderStream (key); gupy-io/tap-suiteql@db4232a tap_suiteql/streams.py (date, parent column)
        changeorderline,subscriptionchangeorder+subscriptionline,,subscriptionchangeorder,id,subscriptionchangeorder,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py ChangeOrderLineStream (key; a uuid column exists too, lines that add a new line may lack subscriptionline)
        subscriptionchangeorderrenewalsteps,subscription+subscriptionchangeorder,,subscriptionchangeorder,id,subscriptionchangeorder,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py
        pricebook,id,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py PriceBookStream
        pricebooklineinterval,id,,pricebook,id,pricebook,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py PriceBookLineIntervalStream
        priceplan,id,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py PricePlanStream
        pricetiers,id,,priceplan,id,priceplan,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py PriceTiersStream
        pricemodeltype,key,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py
        subscriptionchangeorderstatus,key,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py
        subscriptionlinestatus,key,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py
        subscriptionlinetype,key,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py
        account,id,lastmodifieddate,,,,logged,-112,account,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py AccountsStream (key, full table); public tap-suiteql code (date); estuary/connectors@a9bf953 netsuite-suiteanalytics.md (base record with deletes in deletedrecord)
        subsidiary,id,lastmodifieddate,,,,logged,-117,subsidiary,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubsidiariesStream (key, full table); public tap-suiteql code (date); estuary/connectors@a9bf953 netsuite-suiteanalytics.md (base record with deletes in deletedrecord)
        department,id,lastmodifieddate,,,,logged,-102,department,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py DepartmentsStream (key, full table); public tap-suiteql code (date); estuary/connectors@a9bf953 netsuite-suiteanalytics.md (base record with deletes in deletedrecord)
        currency,id,lastmodifieddate,,,,logged,-122,currency,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py CurrenciesStream (key, full table); public tap-suiteql code (date); estuary/connectors@a9bf953 netsuite-suiteanalytics.md (base record with deletes in deletedrecord)
        accountingperiod,id,lastmodifieddate,,,,,-105,accountingperiod,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py AccountingPeriodsStream (key); public tap-suiteql code (date)
        accountingbook,id,lastmodifieddate,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py AccountingBooksStream (key); public tap-suiteql code (date)
        location,id,lastmodifieddate,,,,,-103,location,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py LocationsStream (key); fivetran/dbt_netsuite seeds (date)
        classification,id,lastmodifieddate,,,,,-101,classification,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py ClassificationStream (key); public tap-suiteql code (date)
        accounttype,id,,,,,,,,code,fivetran/dbt_netsuite@986fb90 models and seeds seed and unique; public tap-suiteql code uses internalid; lumapps/tap-netsuitesuiteql@9e5d51e tap_netsuitesuiteql/streams.py joins account.accttype = id
        accountsubsidiarymap,account+subsidiary,,account,id,account,,,,remembered,GSpo7/suiteql-sql-library@6631e3c account-subsidiary-map.sql (columns; uniqueness unproven)
        accountingbooksubsidiaries,accountingbook+subsidiary,,accountingbook,id,accountingbook,,,,remembered,fivetran/dbt_netsuite@986fb90 models and seeds seed (no id: Fivetran makes _fivetran_id); public tap-suiteql code declares no key; pair unproven
        accountingperiodfiscalcalendars,accountingperiod+fiscalcalendar,,accountingperiod,id,accountingperiod,,,,remembered,fivetran/dbt_netsuite@986fb90 models and seeds seed (no id: Fivetran makes _fivetran_id); public tap-suiteql code takes accountingperiod alone; pair unproven
        fiscalcalendar,id,,,,,,,,code,fivetran/dbt_netsuite@986fb90 models and seeds seed and unique
        nexus,id,,,,,,-400,nexus,code,fivetran/dbt_netsuite@986fb90 models and seeds seed
        consolidatedexchangerate,id,,,,,,-322,consolidatedexchangerate,code,fivetran/dbt_netsuite@986fb90 models and seeds unique; hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py ConsolidatedExchangeRates; columns postingperiod, fromsubsidiary, tosubsidiary, accountingbook; changes without a date
        currencyrate,id,lastmodifieddate,currency,id,transactioncurrency,,,currencyrate,remembered,GSpo7/suiteql-sql-library@6631e3c currency-rates.sql (columns basecurrency, transactioncurrency, effectivedate, lastmodifieddate); id unproven
        budgets,id,,,,,,,,code,swishbi/dbt_netsuite_source@4958168 models and seeds seed
        budgetsmachine,budget+period,,budgets,id,budget,,,,remembered,swishbi/dbt_netsuite_source@4958168 models and seeds seed (period, amount, budget; uniqueness unproven)
        budgetcategory,id,,,,,,-396,budgetcategory,code,swishbi/dbt_netsuite_source@4958168 models and seeds seed
        locationmainaddress,nkey,lastmodifieddate,location,mainaddress,nkey,,,,code,fivetran/dbt_netsuite@986fb90 models and seeds seed; hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py LocationMainAddressStream
        locationreturnaddress,nkey,,location,returnaddress,nkey,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py LocationReturnAddressStream
        subsidiarymainaddress,nkey,,subsidiary,mainaddress,nkey,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubsidiaryMainAddressStream
        subsidiaryreturnaddress,nkey,,subsidiary,returnaddress,nkey,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubsidiaryReturnAddressStream
        subsidiaryshippingaddress,nkey,,subsidiary,shippingaddress,nkey,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SubsidiaryShippingAddressStream
        term,id,lastmodifieddate,,,,,-199,term+paymentterm,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py TermStream
        salestaxitem,id,,,,,,-128,salestaxitem,remembered,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py SalesTaxItemStream declares no key; id unproven
        taxitemtaxgroup,id,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py TaxItemGroupStream
        taxtype,id,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py TaxTypeStream
        supportcase,id,,entity,id,company,,-23,supportcase+case,code,GSpo7/suiteql-sql-library@6631e3c support-cases-open-detailed.sql (id; company = entity.id); columns createddate, startdate, enddate; no modified column seen
        supportcasestatus,id,,,,,,-132,supportcasestatus,code,public code (join supportcase.status = id)
        customlist,internalid,,,,,,-123,,remembered,GSpo7/suiteql-sql-library@6631e3c custom-lists.sql (table of lists; key unproven)
        customlist_*,id,,,,,,,,code,gupy-io/tap-suiteql@db4232a tap_suiteql/streams.py CustomlistGpyCompanysizeStream; public tap-suiteql code customlist368 and others (columns id, isinactive, name, recordid, scriptid; one table per list)
        customrecordtype,internalid,,,,,,-123,,code,GSpo7/suiteql-sql-library@6631e3c custom-segments.sql (customsegment.recordtype = customrecordtype.internalid)
        customrecord_*,id,lastmodified,,,,,,,code,gupy-io/tap-suiteql@db4232a tap_suiteql/streams.py CustomRecordGpyChangeOrderClassific (cursor lastmodified, not lastmodifieddate); lumapps/tap-netsuitesuiteql@9e5d51e tap_netsuitesuiteql/streams.py joins on id
        customfield,id,lastmodifieddate,,,,,-124,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py CustomFieldsStream (key); GSpo7/suiteql-sql-library@6631e3c custom-fields.sql (date)
        customsegment,internalid,,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py CustomSegmentsStream (its values are read from customrecord_<scriptid>)
        deletedrecord,recordid+recordtypeid+scriptid,deleteddate,,,,,,,code,hotgluexyz/tap-netsuite-rest@e73a10b tap_netsuite_rest/streams.py DeletedRecordsStream
        recentactivity,,,,,,,,,code,fivetran.com/docs/applications/netsuite-suiteanalytics/changelog (May 2025: id plus an index column of its own, so id alone is not unique; incremental column not named)
        recenttransactions,,,,,,,,,code,fivetran.com/docs/applications/netsuite-suiteanalytics/changelog (May 2025: as recentactivity)
        map_*,,,,,,,,,remembered,multi-select join tables; columns mapone, maptwo from memory, no public trace found unproven
        systemnote,,date,,,,,,,secondary,timdietrich.me/blog/netsuite-suiteql-system-notes-auditing; cdn.cdata.com/help/DNM/ado/pg_SuiteQLtable-systemnote.htm (columns; no key column listed)
        systemnote2,,,,,,,,,secondary,cdn.cdata.com/help/DNM/ado/pg_SuiteQLtable-systemnote2.htm (columns; no key column listed)
        """
}
